// Set the numbers of items; a number that is null, and a taste that is null, is removed.
//
// @mode write
// @param rows LIST<MAP>   {id, numbers, taste}
CYPHER 25
UNWIND $rows AS row
MATCH (item:Item {id: row.id})
SET item += row.numbers
WITH item, row
CALL (item, row) {
  WITH item, row WHERE row.taste IS NULL
  SET item.taste = null
}
CALL (item, row) {
  WITH item, row WHERE row.taste IS NOT NULL
  CALL db.create.setNodeVectorProperty(item, 'taste', row.taste)
}
