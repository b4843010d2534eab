// Release the lock of a derivation that came to no end. One that nothing was ever written by goes.
//
// @mode write
// @param owner STRING   who derived
CYPHER 25
MATCH (derivation:Derivation {name: 'statistics', owner: $owner})
SET derivation.owner = null, derivation.heartbeatAt = null
WITH derivation WHERE derivation.parameters IS NULL
DELETE derivation
