// Find the models that were learned from events of this graph.
//
// @mode read
// @returns models LIST<STRING>
CYPHER 25
OPTIONAL MATCH (model:FusionModel {learnedFrom: 'this graph'})
RETURN collect(model.name) AS models
