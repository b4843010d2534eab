// Count what a user's events have of what profiles are made of, to say what they lack.
//
// `placed` have an item with a location, or a place or cell of their own; the items of those that are
// `tagged` have an interest. `declined` are the items and interests that the user declined.
//
// @mode read
// @param user   STRING                       the user's id
// @param at     ZONED DATETIME = datetime()  later events do not count
// @param scheme STRING = null                category or keyword; null: both
// @returns events INTEGER, placed INTEGER, tagged INTEGER, declined INTEGER
// @plan NodeUniqueIndexSeek
CYPHER 25
LET until = coalesce($at, datetime()).epochMillis, scheme = $scheme
MATCH (user:User {id: $user})
OPTIONAL MATCH (user)-[e:INTERACTED]->(item) WHERE e.at.epochMillis < until
RETURN count(e) AS events,
  count(CASE WHEN item.location IS NOT NULL OR e.cell IS NOT NULL THEN 1 END) AS placed,
  count(CASE WHEN EXISTS {
    MATCH (item)-[:ABOUT]->(tag:Interest) WHERE coalesce(tag.scheme = scheme, true)
  } THEN 1 END) AS tagged,
  COUNT { MATCH (user)-[d:DECLINED]->(what) WHERE d.at.epochMillis < until RETURN DISTINCT what } AS declined
