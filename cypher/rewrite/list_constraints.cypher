// Return the statements that make the constraints of the graph.
//
// @mode read
// @returns statement STRING
CYPHER 25
SHOW CONSTRAINTS YIELD name, createStatement
RETURN createStatement AS statement ORDER BY name
