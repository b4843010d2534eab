// Write the cells of events that have coordinates and no cell.
//
// @mode write
// @param rows LIST<MAP>   {id, cell}; the cells exist
// @returns written INTEGER
// @plan DirectedRelationshipUniqueIndexSeek(Locking)
CYPHER 25
UNWIND $rows AS row
MATCH ()-[event:INTERACTED {id: row.id}]->() 
WHERE event.location IS NOT NULL AND event.cell IS NULL
SET event.cell = row.cell
RETURN count(*) AS written
