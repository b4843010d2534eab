// Find an interest by its id, or by its name in any case; of several the one with the most events first.
//
// Events of an interest are those of items about it or what is narrower.
//
// @mode read
// @public
// @param interest STRING   id or name
// @returns id STRING, name STRING, scheme STRING
// @node interest Interest
CYPHER 25
OPTIONAL MATCH (same:Interest {id: $interest})
CALL (same) {
  FILTER same IS NOT NULL
  RETURN same AS found
  UNION
  FILTER same IS NULL
  MATCH (found:Interest)
  WHERE found.scheme IN ['category', 'keyword'] AND toLower(found.name) = toLower($interest)
  RETURN found
}
WITH collect(found) AS bearers
UNWIND bearers AS found
CALL (found, bearers) {
  FILTER size(bearers) > 1
  MATCH (found)<-[:BROADER*0..8]-(:Interest)<-[:ABOUT]-(item:Item)
  WITH DISTINCT item
  RETURN sum(COUNT { (item)<-[:INTERACTED]-() }) AS events
}
RETURN found.id AS id, found.name AS name, found.scheme AS scheme
ORDER BY events DESC, scheme, coalesce(found.level, 0), id
