// Find items by the beginning of their id or by words of name and description: for people who type.
//
// Those whose id begins so come first, then those of the words; inactive ones are among them.
//
// @mode read
// @param begins STRING          how the id begins
// @param words  STRING = null   a Lucene query; null or '': by the id alone
// @param k      INTEGER = 20    how many
// @returns id STRING, name STRING, category STRING
CYPHER 25
CALL () {
  MATCH (item:Item) WHERE item.id STARTS WITH $begins
  WITH item ORDER BY item.id LIMIT toInteger(coalesce($k, 20))
  RETURN item, 2e9 AS rank
  UNION ALL
  WITH $words AS words WHERE words <> ''
  CALL db.index.fulltext.queryNodes('item_words', words, {limit: toInteger(coalesce($k, 20))}) YIELD node, score
  RETURN node AS item, score AS rank
}
WITH item, max(rank) AS rank ORDER BY rank DESC, item.id LIMIT toInteger(coalesce($k, 20))
CALL (item) {
  OPTIONAL MATCH (item)-[:ABOUT]->(category:Interest {scheme: 'category'})
  RETURN category ORDER BY category.id LIMIT 1
}
RETURN item.id AS id, item.name AS name, category.name AS category ORDER BY rank DESC, id
