// Draw users that have events, by chance: other ones each time.
//
// @mode read
// @param k INTEGER = 50   how many
// @returns id STRING
CYPHER 25
MATCH (user:User)
WHERE EXISTS { (user)-[:INTERACTED]->() }
RETURN user.id AS id ORDER BY rand() LIMIT toInteger(coalesce($k, 50))
