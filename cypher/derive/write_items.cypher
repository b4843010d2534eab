// Set the numbers of items; one that is null is removed.
//
// @mode write
// @param rows LIST<MAP>   {id, numbers}
CYPHER 25
UNWIND $rows AS row
MATCH (item:Item {id: row.id})
SET item += row.numbers
