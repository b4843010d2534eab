// Note that statistics are being derived: until `finish` runs, what stands is a mixture.
//
// @mode write
// @param at         ZONED DATETIME   the moment that the statistics stand for
// @param parameters STRING           how they are derived, as JSON
CYPHER 25
MERGE (derivation:Derivation {name: 'statistics'})
SET derivation.asOf = $at, derivation.startedAt = datetime(), derivation.finishedAt = null,
  derivation.parameters = $parameters
