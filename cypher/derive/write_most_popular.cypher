// Replace where items are among the most popular, so that a query finds them without all others.
//
// @mode write
// @param rows LIST<MAP>   {id, gone, others}; gone are ids, others a list of {id, count, weight}
CYPHER 25
UNWIND $rows AS row
MATCH (item:Item {id: row.id})
CALL (item, row) {
  MATCH (item)-[old:MOST_POPULAR_IN]->(cell) WHERE cell.id IN row.gone
  DELETE old
}
CALL (item, row) {
  UNWIND row.others AS place
  MATCH (cell:Cell {id: place.id})
  CREATE (item)-[:MOST_POPULAR_IN {count: place.count, weight: place.weight}]->(cell)
}
