// Tell how much of a user's history a moment sees.
//
// @mode read
// @param user STRING                       the user's id
// @param at   ZONED DATETIME = datetime()  later events do not count
// @returns known BOOLEAN, events INTEGER, first ZONED DATETIME, last ZONED DATETIME,
//     derivedAsOf ZONED DATETIME, recentAsOf ZONED DATETIME, partial BOOLEAN
// @plan NodeUniqueIndexSeek
CYPHER 25
LET until = coalesce($at, datetime()).epochMillis
OPTIONAL MATCH (user:User {id: $user})
OPTIONAL MATCH (derivation:Derivation {name: 'statistics'})
CALL (user, until) {
  MATCH (user)-[e:INTERACTED]->() WHERE e.at.epochMillis < until
  RETURN count(e) AS events, min(e.at) AS first, max(e.at) AS last
}
RETURN user IS NOT NULL AS known, events, first, last, derivation.asOf AS derivedAsOf,
  coalesce(derivation.recentAsOf, derivation.asOf) AS recentAsOf,
  derivation.parameters IS NOT NULL AND derivation.finishedAt IS NULL AS partial
