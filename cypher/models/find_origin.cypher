// Tell what a fusion model was learned from: a part of a sentence; null where nobody noted it.
//
// @mode read
// @param name STRING
// @returns learnedFrom STRING
CYPHER 25
MATCH (model:FusionModel {name: $name})
RETURN model.learnedFrom AS learnedFrom
