// Replace where items without coordinates are popular: the cells and named places of their events.
//
// The most popular of a cell get a relationship more, so that a query finds them without all others.
//
// @mode write
// @param rows LIST<MAP>   {id, cells}; cells is a list of {id, count, hours, most}
CYPHER 25
UNWIND $rows AS row
MATCH (item:Item {id: row.id})
CALL (item) {
  MATCH (item)-[old:POPULAR_IN|MOST_POPULAR_IN]->()
  DELETE old
}
CALL (item, row) {
  UNWIND row.cells AS place
  MATCH (cell:Cell {id: place.id})
  CREATE (item)-[:POPULAR_IN {count: place.count, hours: place.hours}]->(cell)
}
CALL (item, row) {
  UNWIND [place IN row.cells WHERE place.most] AS place
  MATCH (cell:Cell {id: place.id})
  CREATE (item)-[:MOST_POPULAR_IN {count: place.count}]->(cell)
}
