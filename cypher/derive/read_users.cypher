// Read the ids of the users who have a taste vector.
//
// @mode read
// @returns id STRING
CYPHER 25
MATCH (user:User) WHERE user.taste IS NOT NULL
RETURN user.id AS id
