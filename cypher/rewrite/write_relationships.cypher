// Create relationships between nodes that are there.
//
// @mode write
// @param rows LIST<MAP>   each: `start` and `end`, element ids of nodes, `typed`, its type, and `properties`
// @plan NodeByElementIdSeek
CYPHER 25
UNWIND $rows AS row
MATCH (a) WHERE elementId(a) = row.start
MATCH (b) WHERE elementId(b) = row.end
CREATE (a)-[tie:$(row.typed)]->(b)
SET tie = row.properties
