// Tell which of these items the graph does not have.
//
// @mode read
// @param ids LIST<STRING>
// @returns id STRING
CYPHER 25
UNWIND $ids AS id
OPTIONAL MATCH (item:Item {id: id})
WITH id, item WHERE item IS NULL
RETURN id
