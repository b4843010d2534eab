// Delete the checkpoints of a file whose load is finished.
//
// @mode write
// @param file STRING
CYPHER 25
MATCH (checkpoint:Checkpoint {file: $file})
DELETE checkpoint
