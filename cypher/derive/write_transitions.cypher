// Replace transitions of items: where people went next.
//
// @mode write
// @param rows LIST<MAP>   {id, gone, others}; gone are ids, others a list of {id, count, weight}
CYPHER 25
UNWIND $rows AS row
MATCH (item:Item {id: row.id})
CALL (item, row) {
  MATCH (item)-[old:FOLLOWED_BY]->(other) WHERE other.id IN row.gone
  DELETE old
}
CALL (item, row) {
  UNWIND row.others AS other
  MATCH (next:Item {id: other.id})
  CREATE (item)-[:FOLLOWED_BY {count: other.count, weight: other.weight}]->(next)
}
