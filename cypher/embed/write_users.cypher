// Write embeddings of users as float32 vectors, with the key of the text; null removes.
//
// @mode write
// @param rows LIST<MAP>   {id, vector, key}
CYPHER 25
UNWIND $rows AS row
MATCH (node:User {id: row.id})
SET node.embeddingKey = row.key
WITH node, row
CALL (node, row) {
  WITH node, row WHERE row.vector IS NULL
  SET node.embedding = null
}
CALL (node, row) {
  WITH node, row WHERE row.vector IS NOT NULL
  CALL db.create.setNodeVectorProperty(node, 'embedding', row.vector)
}
