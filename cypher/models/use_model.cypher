// Have the recommendation query of a model's task use it, and no other.
//
// @mode write
// @param name STRING
CYPHER 25
MATCH (model:FusionModel {name: $name})
CALL (model) {
  MATCH (other:FusionModel {task: model.task}) WHERE other <> model
  SET other.serves = null
}
SET model.serves = model.task
