// Return the statements that make the indexes of the graph, but those of constraints and those that every graph has.
//
// @mode read
// @returns statement STRING
CYPHER 25
SHOW INDEXES YIELD name, type, owningConstraint, createStatement
WHERE type <> 'LOOKUP' AND owningConstraint IS NULL
RETURN createStatement AS statement ORDER BY name
