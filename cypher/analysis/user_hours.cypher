// Tell when a user was where: events by place, local day and hour.
//
// A place is an item with a location, and for goods the named place or the cell of their events. A
// date without a clock is at the hour null. `weight` is what the events count together, each
// e^(-age / `$days`). An event of a kind that weighs nothing is none. Events at or after `$at` do
// not count.
//
// @mode read
// @param user STRING                       the user's id
// @param at   ZONED DATETIME = datetime()  events at or after it do not count
// @param days FLOAT = 90.0                 how fast events are forgotten
// @returns id STRING, name STRING, location POINT, day DATE, hour INTEGER, events INTEGER, weight FLOAT
// @plan NodeUniqueIndexSeek
CYPHER 25
LET until = coalesce($at, datetime()).epochMillis, forget = 86400000.0 * coalesce($days, 90.0)
// region kinds
// What an event counts by its kind: its weight beside the largest that `derive` saw; the last is that of all
// other kinds.
CALL () {
  OPTIONAL MATCH (derivation:Derivation {name: 'statistics'})
  LET largest = coalesce(derivation.largestWeight, 1.0)
  OPTIONAL MATCH (kind:EventKind)
  WITH largest, collect(kind) AS kinds
  RETURN {names: [k IN kinds | k.name],
    weights: [k IN kinds | CASE WHEN k.weight > 0 THEN k.weight / largest ELSE 0.0 END] + [1.0 / largest],
    consumes: [k IN kinds | coalesce(k.consumes, true)] + [true]} AS kinds
}
// endregion
MATCH (user:User {id: $user})-[e:INTERACTED]->(item)
WHERE e.at.epochMillis < until
  AND kinds.weights[coll.indexOf(kinds.names, coalesce(e.kind, ''))] > 0
OPTIONAL MATCH (cell:Cell {id: e.cell})
LET place = CASE WHEN item.location IS NULL THEN cell ELSE item END
WITH place, date(e.at) AS day, e.hour AS hour, count(*) AS events,
  sum(exp((e.at.epochMillis - until) / forget)) AS weight
RETURN place.id AS id, coalesce(place.name, place.id) AS name,
  coalesce(place.location, place.center) AS location, day, hour, events, weight
ORDER BY day, hour, id
