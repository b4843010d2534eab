// Write which keywords the texts of items speak of; those of an earlier extraction are replaced.
//
// What people said themselves stays as it is.
//
// @mode write
// @param rows LIST<MAP>   {id, keywords: [{id, weight}]}
CYPHER 25
UNWIND $rows AS row
MATCH (item:Item {id: row.id})
CALL (item, row) {
  MATCH (item)-[old:ABOUT {source: 'text'}]->(keyword:Interest)
  WHERE NOT keyword.id IN [k IN row.keywords | k.id]
  DELETE old
}
CALL (item, row) {
  UNWIND row.keywords AS k
  MATCH (keyword:Interest {id: k.id})
  MERGE (item)-[about:ABOUT]->(keyword)
  ON CREATE SET about.source = 'text'
  FOREACH (_ IN CASE WHEN about.source = 'text' THEN [1] END | SET about.weight = k.weight)
}
