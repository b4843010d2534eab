// Find the items nearest to a vector, in one of the indexes of items.
//
// @mode read
// @public
// @param vector LIST<FLOAT>                of the kind and length of the index's own
// @param index  STRING = 'item_embedding'  or item_image, or item_audio
// @param k      INTEGER = 20               how many, at most 1000
// @returns id STRING, name STRING, category STRING, location POINT, score FLOAT
// @node item Item
// @plan NodeVectorIndexSearch
CYPHER 25
LET index = coalesce($index, 'item_embedding')
CALL (index) {
  LET v = CASE index WHEN 'item_embedding' THEN $vector END
  MATCH (item:Item) SEARCH item IN (VECTOR INDEX item_embedding FOR v LIMIT 1000) SCORE AS s
  RETURN item, s
  UNION ALL
  LET v = CASE index WHEN 'item_image' THEN $vector END
  MATCH (item:Item) SEARCH item IN (VECTOR INDEX item_image FOR v LIMIT 1000) SCORE AS s
  RETURN item, s
  UNION ALL
  LET v = CASE index WHEN 'item_audio' THEN $vector END
  MATCH (item:Item) SEARCH item IN (VECTOR INDEX item_audio FOR v LIMIT 1000) SCORE AS s
  RETURN item, s
}
WITH item, s WHERE coalesce(item.active, true)
WITH item, s ORDER BY s DESC, item.id LIMIT toInteger(coalesce($k, 20))
CALL (item) {
  OPTIONAL MATCH (item)-[:ABOUT]->(category:Interest {scheme: 'category'})
  RETURN category ORDER BY category.id LIMIT 1
}
RETURN item.id AS id, item.name AS name, category.name AS category, item.location AS location,
  2 * s - 1 AS score
ORDER BY score DESC, id
