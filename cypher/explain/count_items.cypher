// Count the items that a recommendation may hold, to say why there is none.
//
// `allowed` are active and of the sort that is asked for; of these, `unvisited` had no event before
// the moment, and `unseen` had none of the user's.
//
// @mode read
// @param user STRING = null                the user's id
// @param at   ZONED DATETIME = datetime()  later events do not count
// @param only STRING = null                'places' with a location, 'goods' without; null: both
// @returns items INTEGER, active INTEGER, allowed INTEGER, unvisited INTEGER, unseen INTEGER
CYPHER 25
LET until = coalesce($at, datetime()).epochMillis, only = $only
OPTIONAL MATCH (user:User {id: $user})
MATCH (item:Item)
LET active = coalesce(item.active, true)
LET allowed = active AND coalesce((only = 'places') = (item.location IS NOT NULL), true)
LET visited = allowed
  AND EXISTS { MATCH (:User)-[e:INTERACTED]->(item) WHERE e.at.epochMillis < until }
LET seen = allowed
  AND EXISTS { MATCH (user)-[e:INTERACTED]->(item) WHERE e.at.epochMillis < until }
RETURN count(*) AS items, count(CASE WHEN active THEN 1 END) AS active,
  count(CASE WHEN allowed THEN 1 END) AS allowed,
  count(CASE WHEN allowed AND NOT visited THEN 1 END) AS unvisited,
  count(CASE WHEN allowed AND NOT seen THEN 1 END) AS unseen
