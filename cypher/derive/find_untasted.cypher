// Find the users who have no taste vector yet.
//
// @mode read
// @returns id STRING
CYPHER 25
MATCH (user:User) WHERE user.taste IS NULL
RETURN user.id AS id
