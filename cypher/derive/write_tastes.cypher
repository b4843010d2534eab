// Set the taste of items; one that is null is removed.
//
// @mode write
// @param rows LIST<MAP>   {id, taste}
CYPHER 25
UNWIND $rows AS row
MATCH (item:Item {id: row.id})
CALL (item, row) {
  WITH item, row WHERE row.taste IS NULL
  SET item.taste = null
}
CALL (item, row) {
  WITH item, row WHERE row.taste IS NOT NULL
  CALL db.create.setNodeVectorProperty(item, 'taste', row.taste)
}
