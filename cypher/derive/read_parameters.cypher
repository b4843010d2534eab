// Read how the statistics that stand were derived, as JSON.
//
// @mode read
// @returns parameters STRING
CYPHER 25
MATCH (derivation:Derivation {name: 'statistics'}) WHERE derivation.parameters IS NOT NULL
RETURN derivation.parameters AS parameters
