// Replace the transitions of items: where people went next.
//
// @mode write
// @param rows LIST<MAP>   {id, others}; others is a list of {id, count}
CYPHER 25
UNWIND $rows AS row
MATCH (item:Item {id: row.id})
CALL (item) {
  MATCH (item)-[old:FOLLOWED_BY]->()
  DELETE old
}
CALL (item, row) {
  UNWIND row.others AS other
  MATCH (next:Item {id: other.id})
  CREATE (item)-[:FOLLOWED_BY {count: other.count}]->(next)
}
