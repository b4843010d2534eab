// List the users who have events before a moment.
//
// @mode read
// @param at ZONED DATETIME = datetime()
// @returns id STRING
CYPHER 25
LET until = coalesce($at, datetime()).epochMillis
MATCH (user:User)
WHERE EXISTS { MATCH (user)-[e:INTERACTED]->() WHERE e.at.epochMillis < until }
RETURN user.id AS id ORDER BY id
