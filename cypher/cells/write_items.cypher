// Write the cells of items that have coordinates and no cell.
//
// @mode write
// @param rows LIST<MAP>   {id, cell}; the cells exist
// @returns written INTEGER
// @plan NodeUniqueIndexSeek(Locking)
CYPHER 25
UNWIND $rows AS row
MATCH (item:Item {id: row.id}) 
WHERE item.location IS NOT NULL AND item.cell IS NULL
SET item.cell = row.cell
WITH item, row
CALL (item, row) {
  OPTIONAL MATCH (item)-[old:IN_CELL]->(cell:Cell) WHERE cell.id <> row.cell
  DELETE old
}
MATCH (cell:Cell {id: row.cell})
MERGE (item)-[:IN_CELL]->(cell)
RETURN count(*) AS written
