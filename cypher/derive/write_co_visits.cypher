// Replace co-visits of items.
//
// @mode write
// @param rows LIST<MAP>   {id, gone, others}; gone are ids, others a list of {id, count, weight, ease}
CYPHER 25
UNWIND $rows AS row
MATCH (item:Item {id: row.id})
CALL (item, row) {
  MATCH (item)-[old:CO_VISITED]->(other) WHERE other.id IN row.gone
  DELETE old
}
CALL (item, row) {
  UNWIND row.others AS other
  MATCH (covisited:Item {id: other.id})
  CREATE (item)-[:CO_VISITED {count: other.count, weight: other.weight, ease: other.ease}]->(covisited)
}
