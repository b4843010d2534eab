// Count all nodes and relationships.
//
// @mode read
// @returns nodes INTEGER, relationships INTEGER
CYPHER 25
MATCH (n)
WITH count(n) AS nodes
MATCH ()-[tie]->()
RETURN nodes, count(tie) AS relationships
