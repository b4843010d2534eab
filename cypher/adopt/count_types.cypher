// Count relationships of types; `twice` is an id that several have, if there is one, `twiceText` one that is a text.
//
// A type that the graph does not have makes no row: to look for it is to read all relationships.
//
// @mode read
// @param types LIST<STRING>
// @returns type STRING, links INTEGER, twice ANY, twiceText STRING
CYPHER 25
CALL db.relationshipTypes() YIELD relationshipType AS type
WHERE type IN $types
CALL (type) {
  MATCH ()-[link:$(type)]->()
  WITH link.id AS id, count(*) AS times
  RETURN sum(times) AS links, collect(CASE WHEN times > 1 THEN id END)[0] AS twice,
    collect(CASE WHEN times > 1 AND id IS :: STRING THEN id END)[0] AS twiceText
}
RETURN type, links, twice, twiceText
