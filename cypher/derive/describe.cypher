// Tell how much there is to derive from before a moment, and what the statistics that stand were derived from.
//
// `events` and `items` are what `derivedEvents` and `derivedItems` were when the statistics were derived; those are
// null where they never were. `newer` says whether an event before the moment is not in them for its time, `stale` that
// users were erased since, or events dropped. Decays are stored relative to `epoch`, those of late visits with
// `lateDays`. What is counted stands as of `recentAsOf`, which is `asOf` or later; events count by their kinds'
// weights beside the `largestWeight`, all alike unless they are `weighted`; `recentEvents` and `newerThanRecent` are of
// what is counted what `derivedEvents` and `newer` are of all.
//
// @mode read
// @param at ZONED DATETIME = datetime()  later events do not count
// @returns events INTEGER, items INTEGER, asOf ZONED DATETIME, partial BOOLEAN, newer BOOLEAN,
//     derivedEvents INTEGER, derivedItems INTEGER, stale BOOLEAN, epoch ZONED DATETIME, lateDays FLOAT,
//     recentAsOf ZONED DATETIME, largestWeight FLOAT, weighted BOOLEAN, parameters STRING,
//     recentEvents INTEGER, newerThanRecent BOOLEAN
// @plan RelationshipCountFromCountStore
CYPHER 25
LET at = coalesce($at, datetime())
OPTIONAL MATCH (derivation:Derivation {name: 'statistics'})
CALL () { MATCH ()-[e:INTERACTED]->() RETURN count(e) AS total }
CALL (at) {
  // The range of the index looks for more than is wanted: of one instant, zones are in an order.
  MATCH ()-[e:INTERACTED]->() WHERE e.at >= at - duration('PT1S') AND e.at.epochMillis >= at.epochMillis
  RETURN count(e) AS later
}
CALL () { MATCH (item:Item) RETURN count(item) AS items }
LET since = derivation.asOf, recent = coalesce(derivation.recentAsOf, derivation.asOf)
CALL (at, since, recent) {
  UNWIND [since, recent] AS moment
  RETURN collect(EXISTS {
    ()-[e:INTERACTED]->()
    WHERE e.at >= moment - duration('PT1S') AND moment.epochMillis <= e.at.epochMillis < at.epochMillis
  }) AS newer
}
RETURN total - later AS events, items, since AS asOf,
  coalesce(derivation.parameters IS NOT NULL AND derivation.finishedAt IS NULL, false) AS partial,
  newer[0] AS newer, derivation.events AS derivedEvents, derivation.items AS derivedItems,
  coalesce(derivation.stale, false) AS stale, derivation.epoch AS epoch, derivation.lateDays AS lateDays,
  recent AS recentAsOf, derivation.largestWeight AS largestWeight, derivation.weighted AS weighted,
  derivation.parameters AS parameters, coalesce(derivation.recentEvents, derivation.events) AS recentEvents,
  newer[1] AS newerThanRecent
