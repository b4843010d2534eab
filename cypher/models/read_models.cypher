// Read every fusion model with its hidden units.
//
// @mode read
// @returns name STRING, task STRING, inUse BOOLEAN, features LIST<STRING>, mean LIST<FLOAT>,
//     scale LIST<FLOAT>, linear LIST<FLOAT>, bias FLOAT, units LIST<MAP>, normalisation STRING,
//     asOf ZONED DATETIME, trainedAt ZONED DATETIME, metrics STRING, learnedFrom STRING
CYPHER 25
MATCH (model:FusionModel)
CALL (model) {
  MATCH (model)-[:HAS_UNIT]->(unit:HiddenUnit)
  WITH unit ORDER BY unit.index
  RETURN collect({weights: unit.weights, bias: unit.bias, output: unit.output}) AS units
}
RETURN model.name AS name, model.task AS task, coalesce(model.serves = model.task, false) AS inUse,
  model.features AS features, model.mean AS mean, model.scale AS scale, model.linear AS linear,
  model.bias AS bias, units,
  coalesce(model.normalisation, 'training') AS normalisation, model.asOf AS asOf,
  model.trainedAt AS trainedAt, model.metrics AS metrics,
  model.learnedFrom AS learnedFrom ORDER BY task, name
