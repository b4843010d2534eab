// Replace where items are popular whose events carry a place: cells and named places.
//
// @mode write
// @param rows LIST<MAP>   {id, gone, others}; gone are ids, others a list of {id, count, weight, hours}
CYPHER 25
UNWIND $rows AS row
MATCH (item:Item {id: row.id})
CALL (item, row) {
  MATCH (item)-[old:POPULAR_IN]->(cell) WHERE cell.id IN row.gone
  DELETE old
}
CALL (item, row) {
  UNWIND row.others AS place
  MATCH (cell:Cell {id: place.id})
  CREATE (item)-[:POPULAR_IN {count: place.count, weight: place.weight, hours: place.hours}]->(cell)
}
