// Record when communities were found, from what and how.
//
// @mode write
// @param at         ZONED DATETIME   the moment that they stand for
// @param parameters STRING           how they were found, as JSON
// @param events     INTEGER          how many events there were before the moment
// @param modularity FLOAT            how clearly people fall into groups
CYPHER 25
MERGE (derivation:Derivation {name: 'communities'})
SET derivation.asOf = $at, derivation.parameters = $parameters, derivation.events = $events,
  derivation.modularity = $modularity, derivation.finishedAt = datetime.realtime(), derivation.stale = null
