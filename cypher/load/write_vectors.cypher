// Write vectors that people bring for items, as float32; those that are there already are skipped.
//
// The item keeps the vector's key, so that `embed` leaves the vector alone.
//
// @mode write
// @param rows     LIST<MAP>   {id, vector, key}; the key is a hash of the vector
// @param property STRING      of the item: embedding, imageEmbedding or audioEmbedding
// @returns written INTEGER, missing LIST<STRING>
CYPHER 25
LET keyProperty = $property + 'Key'
UNWIND $rows AS row
OPTIONAL MATCH (item:Item {id: row.id})
LET key = 'vectors:' + row.key
CALL (item, row, key, keyProperty) {
  WITH item, row, key, keyProperty
  WHERE item IS NOT NULL AND coalesce(item[keyProperty] <> key, true)
  SET item[keyProperty] = key
  WITH item, row
  CALL db.create.setNodeVectorProperty(item, $property, row.vector)
  RETURN count(*) AS done
}
RETURN sum(done) AS written, collect(CASE WHEN item IS NULL THEN row.id END) AS missing
