// Save how far the load of a file came. The farthest position counts.
//
// Each is a node of its own: writers that changed one node would wait for each other's commits.
//
// @mode write
// @param file     STRING    the hash of its content and of how it is read
// @param position INTEGER   all rows before it are in the graph
CYPHER 25
CREATE (:Checkpoint {file: $file, position: $position})
