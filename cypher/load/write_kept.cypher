// Write the properties of items that a file keeps under names of its own.
//
// @mode write
// @param rows LIST<MAP>   {id, properties}
// @plan NodeUniqueIndexSeek(Locking)
CYPHER 25
UNWIND $rows AS row
MATCH (item:Item {id: row.id})
SET item += row.properties
