// Save how far streams were followed.
//
// Whoever follows a stream saves here what is in the graph, in one transaction with the events that come
// after it, or alone when none come: a position is never ahead of its events.
//
// @mode write
// @param rows LIST<MAP>   {name, position, lines, mark}; see `Stream` in docs/graph-model.md
CYPHER 25
UNWIND $rows AS row
MERGE (stream:Stream {name: row.name})
SET stream.position = toInteger(row.position), stream.lines = toInteger(row.lines),
  stream.mark = row.mark, stream.at = datetime()
