// Return every node as it is, whatever it is of.
//
// @mode read
// @returns node STRING, labelled LIST<STRING>, properties MAP
CYPHER 25
MATCH (n)
RETURN elementId(n) AS node, labels(n) AS labelled, properties(n) AS properties
