// Take the lock of the derivation, unless somebody who still gives signs of life holds it.
//
// Says who held it before, when they began, and when they were last heard of; and whether what they
// wrote, or somebody before them, is only a part.
//
// @mode write
// @param owner    STRING    the one who asks
// @param patience INTEGER   seconds without a sign of life after which a holder counts as dead
// @returns taken BOOLEAN, holder STRING, startedAt ZONED DATETIME, heartbeatAt ZONED DATETIME,
//     partial BOOLEAN
CYPHER 25
MERGE (derivation:Derivation {name: 'statistics'})
SET derivation.name = 'statistics'  // locks the node: the second of two sees what the first wrote
WITH derivation, derivation.owner AS holder, derivation.startedAt AS startedAt,
  derivation.heartbeatAt AS heartbeatAt,
  derivation.parameters IS NOT NULL AND derivation.finishedAt IS NULL AS partial
LET now = datetime.realtime()
LET taken = holder IS NULL OR heartbeatAt.epochMillis + 1000 * $patience < now.epochMillis
CALL (derivation, taken, now) {
  WITH derivation, now WHERE taken
  SET derivation.owner = $owner, derivation.startedAt = now, derivation.heartbeatAt = now
}
RETURN taken, holder, startedAt, heartbeatAt, partial
