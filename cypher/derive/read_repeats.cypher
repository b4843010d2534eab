// Read which share of the events returns to an item that the user had before.
//
// @mode read
// @returns repeatShare FLOAT
CYPHER 25
MATCH (derivation:Derivation {name: 'statistics'})
RETURN derivation.repeatShare AS repeatShare
