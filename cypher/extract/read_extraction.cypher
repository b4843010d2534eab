// Read from which texts keywords were extracted last, and how.
//
// @mode read
// @returns texts STRING, parameters STRING
CYPHER 25
MATCH (derivation:Derivation {name: 'keywords'})
RETURN derivation.texts AS texts, derivation.parameters AS parameters
