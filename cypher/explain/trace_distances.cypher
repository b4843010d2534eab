// Tell how far an item is from the user's own places, the nearest first.
//
// @mode read
// @param user STRING                       the user's id
// @param item STRING                       the item's id
// @param at   ZONED DATETIME = datetime()  later events do not count
// @param k    INTEGER = 3                  how many
// @returns id STRING, name STRING, events INTEGER, km FLOAT
// @plan NodeUniqueIndexSeek
CYPHER 25
LET until = coalesce($at, datetime()).epochMillis
MATCH (user:User {id: $user}), (item:Item {id: $item})
MATCH (user)-[e:INTERACTED]->(own) WHERE e.at.epochMillis < until AND own <> item
WITH own, item, count(*) AS events
LET km = point.distance(own.location, item.location) / 1000
FILTER km IS NOT NULL
RETURN own.id AS id, own.name AS name, events, km ORDER BY km, id LIMIT toInteger(coalesce($k, 3))
