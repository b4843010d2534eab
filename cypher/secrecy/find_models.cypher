// Find the models that were learned from events of this graph, and the encoder that was trained on them.
//
// @mode read
// @returns models LIST<STRING>
CYPHER 25
OPTIONAL MATCH (model:FusionModel {learnedFrom: 'this graph'})
RETURN collect(model.name) AS models
