// Write vectors that people bring for items, as float32; those that are there already are skipped.
//
// The item keeps the vector's key, so that `embed` leaves the vector alone.
//
// @mode write
// @param rows LIST<MAP>   {id, vector, key}; the key is a hash of the vector
// @returns written INTEGER, missing LIST<STRING>
CYPHER 25
UNWIND $rows AS row
OPTIONAL MATCH (item:Item {id: row.id})
LET key = 'vectors:' + row.key
CALL (item, row, key) {
  WITH item, row, key WHERE item IS NOT NULL AND coalesce(item.embeddingKey <> key, true)
  SET item.embeddingKey = key
  WITH item, row
  CALL db.create.setNodeVectorProperty(item, 'embedding', row.vector)
  RETURN count(*) AS done
}
RETURN sum(done) AS written, collect(CASE WHEN item IS NULL THEN row.id END) AS missing
