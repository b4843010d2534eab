// Remember before which moment events were dropped, and mark the statistics stale; a later moment stays.
//
// @mode write
// @param before ZONED DATETIME   the moment
CYPHER 25
MERGE (retention:Derivation {name: 'retention'})
SET retention.asOf = CASE
  WHEN retention.asOf.epochMillis >= $before.epochMillis THEN retention.asOf ELSE $before
END
WITH retention
MATCH (derivation:Derivation {name: 'statistics'}) WHERE derivation.parameters IS NOT NULL
SET derivation.stale = true, derivation.staleAt = datetime.realtime()
