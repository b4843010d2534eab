// Return every relationship as it is, with the nodes that it ties.
//
// @mode read
// @returns start STRING, end STRING, typed STRING, properties MAP
CYPHER 25
MATCH (a)-[tie]->(b)
RETURN elementId(a) AS start, elementId(b) AS end, type(tie) AS typed, properties(tie) AS properties
