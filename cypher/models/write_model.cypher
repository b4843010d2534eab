// Write a fusion model in the place of one of the same name.
//
// @mode write
// @param name       STRING
// @param properties MAP         task, features, mean, scale, linear, bias, normalisation, asOf, trainedAt,
//     metrics, learnedFrom
// @param units      LIST<MAP>   {index, weights, bias, output}
CYPHER 25
MERGE (model:FusionModel {name: $name})
SET model += $properties
WITH model
CALL (model) {
  MATCH (model)-[:HAS_UNIT]->(old:HiddenUnit)
  DETACH DELETE old
}
CALL (model) {
  UNWIND $units AS row
  CREATE (model)-[:HAS_UNIT]->(unit:HiddenUnit)
  SET unit = row
}
