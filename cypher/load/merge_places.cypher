// Merge named places without coordinates; each serves as a cell of its own.
//
// @mode write
// @param rows LIST<MAP>   {id, name}
CYPHER 25
UNWIND $rows AS row
MERGE (place:Cell {id: row.id})
SET place:Place, place.name = row.name
