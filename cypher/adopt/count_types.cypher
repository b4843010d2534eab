// Count relationships of types; `twice` is an id that several have, if there is one, `twiceText` one that is a text.
//
// @mode read
// @param types LIST<STRING>
// @returns type STRING, links INTEGER, twice ANY, twiceText STRING
CYPHER 25
UNWIND $types AS type
CALL (type) {
  MATCH ()-[link:$(type)]->()
  RETURN count(*) AS links
}
CALL (type) {
  MATCH ()-[link:$(type)]->() WHERE link.id IS NOT NULL
  WITH link.id AS id, count(*) AS times
  RETURN collect(CASE WHEN times > 1 THEN id END)[0] AS twice,
    collect(CASE WHEN times > 1 AND id IS :: STRING THEN id END)[0] AS twiceText
}
RETURN type, links, twice, twiceText
