// Count what the graph holds; tell its encoder, since when its statistics stand, and how many events they lack.
//
// @mode read
// @returns users INTEGER, items INTEGER, events INTEGER, interests INTEGER, encoder STRING,
//     dimension INTEGER, asOf ZONED DATETIME, derivedAt ZONED DATETIME, newest ZONED DATETIME,
//     missingEmbeddings INTEGER, partial BOOLEAN, deriving STRING, derivingSince ZONED DATETIME,
//     silentSeconds INTEGER, eventsSince INTEGER, recentAsOf ZONED DATETIME
CYPHER 25
CALL () { MATCH (u:User) RETURN count(u) AS users }
CALL () { MATCH (i:Item) RETURN count(i) AS items }
CALL () { MATCH ()-[e:INTERACTED]->() RETURN count(e) AS events }
CALL () { MATCH (i:Interest) RETURN count(i) AS interests }
CALL () {
  MATCH ()-[e:INTERACTED]->() WHERE e.at IS NOT NULL
  RETURN max(e.at) AS newest
}
CALL () { MATCH (i:Item) WHERE i.embeddingKey IS NULL RETURN count(i) AS missingEmbeddings }
OPTIONAL MATCH (encoder:Encoder {role: 'text'})
OPTIONAL MATCH (derivation:Derivation {name: 'statistics'})
CALL (derivation) {
  LET since = derivation.asOf
  // The range of the index looks for more than is wanted: of one instant, zones are in an order.
  MATCH ()-[e:INTERACTED]->() WHERE e.at >= since - duration('PT1S') AND e.at.epochMillis >= since.epochMillis
  RETURN count(e) AS eventsSince
}
RETURN users, items, events, interests, encoder.name AS encoder, encoder.dimension AS dimension,
  derivation.asOf AS asOf, derivation.finishedAt AS derivedAt, newest, missingEmbeddings,
  derivation.parameters IS NOT NULL AND derivation.finishedAt IS NULL AS partial,
  derivation.owner AS deriving, derivation.startedAt AS derivingSince,
  duration.inSeconds(derivation.heartbeatAt, datetime()).seconds AS silentSeconds,
  eventsSince, coalesce(derivation.recentAsOf, derivation.asOf) AS recentAsOf
