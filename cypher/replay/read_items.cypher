// Read every item as the loader would have read it from a file.
//
// Interests that were extracted from texts are left out: no feature reads them.
//
// @mode read
// @returns id STRING, name STRING, description STRING, location POINT, cell STRING, active BOOLEAN,
//     inCell STRING, interests LIST<STRING>, embedding LIST<FLOAT>, key STRING
CYPHER 25
MATCH (item:Item) WHERE item.id IS :: STRING NOT NULL  // an owner's nodes may have the label too
CALL (item) {
  OPTIONAL MATCH (item)-[:IN_CELL]->(cell:Cell)
  RETURN min(cell.id) AS inCell
}
CALL (item) {
  MATCH (item)-[about:ABOUT WHERE about.source IS NULL]->(interest:Interest)
  WITH interest ORDER BY interest.id
  RETURN collect(interest.id) AS interests
}
RETURN item.id AS id, item.name AS name, item.description AS description, item.location AS location,
  item.cell AS cell, item.active AS active, inCell, interests, item.embedding AS embedding,
  item.embeddingKey AS key ORDER BY id
