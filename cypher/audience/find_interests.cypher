// Find the interests that are nearest in meaning to a vector.
//
// @mode read
// @public
// @param vector LIST<FLOAT>   of the graph's text encoder
// @param k      INTEGER = 20  how many, at most 100
// @returns id STRING, name STRING, scheme STRING, broader STRING, cosine FLOAT
// @node interest Interest
// @plan NodeVectorIndexSearch
CYPHER 25
MATCH (interest:Interest)
  SEARCH interest IN (VECTOR INDEX interest_embedding FOR $vector LIMIT 100) SCORE AS s
OPTIONAL MATCH (interest)-[:BROADER]->(above:Interest)
RETURN interest.id AS id, interest.name AS name, interest.scheme AS scheme, min(above.name) AS broader,
  max(2 * s - 1) AS cosine
ORDER BY cosine DESC, id LIMIT toInteger(coalesce($k, 20))
