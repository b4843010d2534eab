// Read what the texts of items are made of, and the key of the text each was embedded with.
//
// Items with vectors that people brought are left out: those are not made of texts. So are interests
// that were extracted from the text itself.
//
// @mode read
// @returns id STRING, name STRING, description STRING, interests LIST<STRING>, key STRING
CYPHER 25
MATCH (item:Item)
WHERE NOT coalesce(item.embeddingKey STARTS WITH 'vectors:', false)
  AND item.id IS :: STRING NOT NULL  // an owner's nodes may have the label too
CALL (item) {
  MATCH (item)-[about:ABOUT WHERE about.source IS NULL]->(interest:Interest)-[:BROADER*0..8]->(broader:Interest {scheme: interest.scheme})
  WITH DISTINCT broader ORDER BY broader.scheme, broader.level DESC, broader.id
  RETURN collect(broader.name) AS interests
}
RETURN item.id AS id, item.name AS name, item.description AS description, interests,
  item.embeddingKey AS key ORDER BY id
