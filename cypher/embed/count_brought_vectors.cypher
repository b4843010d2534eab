// Count the items whose text vector people brought, among those of one length.
//
// @mode read
// @param dimension INTEGER
// @returns items INTEGER
CYPHER 25
MATCH (item:Item)
WHERE item.embeddingKey STARTS WITH 'vectors:' AND size(item.embedding) = $dimension
RETURN count(item) AS items
