// Trace the ways from a user's own items to an item: own, co-visited with, the item.
//
// `users` visited both, and `ease` is what a visit of the own one says of the item. `events` are the
// user's own ones with it. Events at or after `$at` do not count.
//
// @mode read
// @public
// @param user STRING = null                the user's id; null: nothing is found
// @param item STRING                       the item's id
// @param at   ZONED DATETIME = datetime()  the moment; it may come in any zone
// @param k    INTEGER = 5                  how many, those with the most users
// @returns id STRING, name STRING, events INTEGER, last ZONED DATETIME, users INTEGER, ease FLOAT
// @node item Item
// @plan NodeUniqueIndexSeek
CYPHER 25
LET until = coalesce($at, datetime()).epochMillis
MATCH (user:User {id: $user}), (item:Item {id: $item})
MATCH (user)-[e:INTERACTED]->(own) WHERE e.at.epochMillis < until AND own <> item
WITH own, item, count(*) AS events, max(e.at) AS last
MATCH (own)-[c:CO_VISITED]->(item)
RETURN own.id AS id, own.name AS name, events, last, c.count AS users, c.ease AS ease
ORDER BY users DESC, id LIMIT toInteger(coalesce($k, 5))
