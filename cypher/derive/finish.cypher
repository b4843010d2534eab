// Note that all statistics have been written.
//
// @mode write
CYPHER 25
MATCH (derivation:Derivation {name: 'statistics'})
SET derivation.finishedAt = datetime()
