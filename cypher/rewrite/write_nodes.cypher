// Create nodes; tell which node each became.
//
// @mode write
// @param rows LIST<MAP>   each: `node`, any text that tells it from others, `labelled`, its labels, and `properties`
// @returns old STRING, new STRING
CYPHER 25
UNWIND $rows AS row
CREATE (n:$(row.labelled))
SET n = row.properties
RETURN row.node AS old, elementId(n) AS new
