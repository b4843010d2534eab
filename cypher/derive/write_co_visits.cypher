// Replace the co-visits of items, each item's in the one transaction of its batch.
//
// @mode write
// @param rows LIST<MAP>   {id, others}; others is a list of {id, count, ease}
CYPHER 25
UNWIND $rows AS row
MATCH (item:Item {id: row.id})
CALL (item) {
  MATCH (item)-[old:CO_VISITED]->()
  DELETE old
}
CALL (item, row) {
  UNWIND row.others AS other
  MATCH (covisited:Item {id: other.id})
  CREATE (item)-[:CO_VISITED {count: other.count, ease: other.ease}]->(covisited)
}
