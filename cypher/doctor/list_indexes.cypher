// List the indexes with their state.
//
// @mode read
// @returns name STRING, type STRING, state STRING
CYPHER 25
SHOW INDEXES YIELD name, type, state
RETURN name, type, state ORDER BY name
