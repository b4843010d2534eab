// Find the ids that may be meant by one that there is not: those that begin alike, then others.
//
// @mode read
// @param item STRING   the id that there is not
// @returns id STRING
CYPHER 25
LET beginning = left($item, 2)
CALL (beginning) {
  MATCH (item:Item) WHERE item.id STARTS WITH beginning
  RETURN item.id AS id LIMIT 1000
  UNION
  MATCH (item:Item) WHERE item.id IS :: STRING NOT NULL
  RETURN item.id AS id LIMIT 1000
}
RETURN id ORDER BY id
