// Read how far an unfinished load of a file came: all rows before the position are in the graph.
//
// @mode read
// @param file STRING   the hash of its content and of how it is read
// @returns position INTEGER
CYPHER 25
MATCH (checkpoint:Checkpoint {file: $file})
RETURN coalesce(max(checkpoint.position), 0) AS position
