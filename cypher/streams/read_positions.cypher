// Read how far streams were followed: all messages before the positions are in the graph.
//
// @mode read
// @param names LIST<STRING>   of the streams; of a topic each partition is one
// @returns name STRING, position INTEGER, lines INTEGER, mark STRING
CYPHER 25
MATCH (stream:Stream) WHERE stream.name IN $names
RETURN stream.name AS name, stream.position AS position, stream.lines AS lines, stream.mark AS mark
