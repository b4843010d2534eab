// Set the numbers of categories, and replace what each leads to.
//
// @mode write
// @param rows LIST<MAP>   {id, numbers, leadsTo}; leadsTo is a list of {id, count, bins}
CYPHER 25
UNWIND $rows AS row
MATCH (interest:Interest {id: row.id})
SET interest += row.numbers
WITH interest, row
CALL (interest) {
  MATCH (interest)-[old:LEADS_TO]->()
  DELETE old
}
CALL (interest, row) {
  UNWIND row.leadsTo AS next
  MATCH (other:Interest {id: next.id})
  CREATE (interest)-[:LEADS_TO {count: next.count, bins: next.bins}]->(other)
}
