// Tell how far an item is from `$here`, and from the user's own places, the nearest first.
//
// The first row is of `$here`, where that is given; it has no id. Goods have no rows.
//
// @mode read
// @public
// @param item STRING                       the item's id
// @param user STRING = null                the user's id
// @param at   ZONED DATETIME = datetime()  later events do not count
// @param here POINT = null                 where the user is
// @param k    INTEGER = 3                  how many own places
// @returns id STRING, name STRING, events INTEGER, km FLOAT
// @node item Item
// @plan NodeUniqueIndexSeek
CYPHER 25
LET until = coalesce($at, datetime()).epochMillis, here = $here
MATCH (item:Item {id: $item})
LET location = item.location
CALL (item, location, until, here) {
  WITH location, here WHERE here IS NOT NULL
  RETURN null AS id, null AS name, null AS events, point.distance(location, here) / 1000 AS km, 0 AS part
  UNION ALL
  MATCH (:User {id: $user})-[e:INTERACTED]->(own) WHERE e.at.epochMillis < until AND own <> item
  WITH own, location, count(*) AS events
  WITH own, events, point.distance(own.location, location) / 1000 AS km WHERE km IS NOT NULL
  RETURN own.id AS id, own.name AS name, events, km, 1 AS part
  ORDER BY km, id LIMIT toInteger(coalesce($k, 3))
}
WITH id, name, events, km, part WHERE km IS NOT NULL
RETURN id, name, events, km ORDER BY part, km, id
