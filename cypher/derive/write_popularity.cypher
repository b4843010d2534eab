// Replace where items without coordinates are popular: the cells and named places of their events.
//
// @mode write
// @param rows LIST<MAP>   {id, cells}; cells is a list of {id, count, hours}
CYPHER 25
UNWIND $rows AS row
MATCH (item:Item {id: row.id})
CALL (item) {
  MATCH (item)-[old:POPULAR_IN]->()
  DELETE old
}
CALL (item, row) {
  UNWIND row.cells AS place
  MATCH (cell:Cell {id: place.id})
  CREATE (item)-[:POPULAR_IN {count: place.count, hours: place.hours}]->(cell)
}
