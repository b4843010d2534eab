// Find the models, and the projections of encoders, that were learned from events of this graph.
//
// @mode read
// @returns models LIST<STRING>, projections LIST<STRING>
CYPHER 25
OPTIONAL MATCH (model:FusionModel {learnedFrom: 'this graph'})
WITH model ORDER BY model.name
WITH collect(model.name) AS models
OPTIONAL MATCH (trained:Encoder {role: 'projections'})
RETURN models, coalesce(trained.projections, []) AS projections
