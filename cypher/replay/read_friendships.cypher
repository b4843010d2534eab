// Read who knows whom.
//
// @mode read
// @returns user STRING, friend STRING
CYPHER 25
MATCH (user:User)-[:KNOWS]->(friend:User)
RETURN user.id AS user, friend.id AS friend
