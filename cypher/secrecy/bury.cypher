// Remember by their tombstones that users are erased, and mark stale what was made of their events.
//
// Statistics are derived anew by the next derivation, from nothing that stands; communities by the
// next writing of them. A derivation that is at work has read the events already: `staleAt` tells it.
//
// @mode write
// @param hashes LIST<STRING>   tombstones, which tell no id
// @returns stale LIST<STRING>
CYPHER 25
CALL () {
  UNWIND $hashes AS hash
  MERGE (:Erased {hash: hash})
}
OPTIONAL MATCH (derivation:Derivation)
  WHERE derivation.name IN ['statistics', 'communities'] AND derivation.parameters IS NOT NULL
SET derivation.stale = true, derivation.staleAt = datetime.realtime()
RETURN collect(derivation.name) AS stale
