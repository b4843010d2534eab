// Replace transitions of categories: which ones people turned to next.
//
// @mode write
// @param rows LIST<MAP>   {id, gone, others}; gone are ids, others a list of {id, count, bins}
CYPHER 25
UNWIND $rows AS row
MATCH (interest:Interest {id: row.id})
CALL (interest, row) {
  MATCH (interest)-[old:LEADS_TO]->(other) WHERE other.id IN row.gone
  DELETE old
}
CALL (interest, row) {
  UNWIND row.others AS next
  MATCH (other:Interest {id: next.id})
  CREATE (interest)-[:LEADS_TO {count: next.count, bins: next.bins}]->(other)
}
