// Set the numbers of categories.
//
// @mode write
// @param rows LIST<MAP>   {id, numbers}
CYPHER 25
UNWIND $rows AS row
MATCH (interest:Interest {id: row.id})
SET interest += row.numbers
