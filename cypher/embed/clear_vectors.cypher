// Remove vectors that an encoder made, of some nodes at a time; those that people brought stay.
//
// @mode write
// @param size INTEGER   how many nodes at most
// @returns cleared INTEGER
CYPHER 25
MATCH (node:Item|Interest|User)
WHERE node.embeddingKey IS NOT NULL AND NOT node.embeddingKey STARTS WITH 'vectors:'
WITH node LIMIT $size
SET node.embeddingKey = null, node.embedding = null
RETURN count(node) AS cleared
