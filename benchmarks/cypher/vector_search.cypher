// A bare vector search: the 200 texts nearest to that of the user's latest item.
//
// @mode read
// @param user STRING
// @param at   ZONED DATETIME
// @returns id STRING, score FLOAT
CYPHER 25
MATCH (:User {id: $user})-[e:INTERACTED]->(last:Item) WHERE e.at < $at AND last.embedding IS NOT NULL
WITH last ORDER BY e.at DESC LIMIT 1
WITH last.embedding AS embedding
MATCH (item:Item) SEARCH item IN (VECTOR INDEX item_embedding FOR embedding LIMIT 200) SCORE AS score
RETURN item.id AS id, score
