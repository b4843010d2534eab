// Count where people go from one cell to another: events of a user, one after the other.
//
// A step goes from an event to the next one of the same user, at most `$within` hours later, in
// another cell; its hour is the local one of the arrival. Only pairs of cells are told, and with
// `$byHour` hours of pairs, that `$minUsers` people or more went. Events at or after `$at` do not count, nor does one of a
// kind that weighs nothing.
//
// @mode read
// @param interest STRING = null                the id of an interest, of what people go to; narrower ones count
// @param areas    MAP = null                   the larger cell of each cell; null: cells as they are
// @param since    ZONED DATETIME = null        the earliest moment
// @param at       ZONED DATETIME = datetime()  events at or after it do not count
// @param hours    LIST<INTEGER> = null         local hours of the arrival, 0 to 23
// @param weekdays LIST<INTEGER> = null         local weekdays of the arrival; 1 is Monday
// @param within   FLOAT = 8.0                  hours between two events at most
// @param minUsers INTEGER = 5                  fewer people are not told
// @param byHour   BOOLEAN = false              whether each hour of the day is a row
// @returns origin STRING, destination STRING, hour INTEGER, steps INTEGER, users INTEGER
CYPHER 25
LET until = coalesce($at, datetime()).epochMillis, first = coalesce($since.epochMillis, -9e15)
LET areas = coalesce($areas, {}), span = 3600000.0 * coalesce($within, 8.0)
LET hours = $hours, weekdays = $weekdays, interest = $interest, byHour = coalesce($byHour, false)
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
MATCH (user:User)
CALL (user, until, first, areas, span, hours, weekdays, interest, byHour, kinds) {
  MATCH (user)-[e:INTERACTED]->(item)
  WHERE first <= e.at.epochMillis < until AND e.hour IS NOT NULL
    AND kinds.weights[coll.indexOf(kinds.names, coalesce(e.kind, ''))] > 0
  LET finest = coalesce(item.cell, e.cell)
  FILTER finest IS NOT NULL
  WITH coll.sort(collect([e.at.epochMillis, e.id, coalesce(areas[finest], finest), e.hour, e.weekday, item]))
    AS trail, span, hours, weekdays, interest, byHour
  UNWIND range(1, size(trail) - 1) AS k
  WITH trail[k - 1] AS from, trail[k] AS to, span, hours, weekdays, interest, byHour
  LET target = to[5]
  FILTER from[2] <> to[2] AND to[0] - from[0] <= span
    AND (hours IS NULL OR to[3] IN hours) AND (weekdays IS NULL OR to[4] IN weekdays)
    AND (interest IS NULL
      OR EXISTS { (target)-[:ABOUT]->(:Interest)-[:BROADER*0..8]->(:Interest {id: interest}) })
  RETURN from[2] AS origin, to[2] AS destination, CASE WHEN byHour THEN to[3] END AS hour,
    count(*) AS steps
}
WITH origin, destination, hour, sum(steps) AS steps, count(*) AS users
WHERE users >= toInteger(coalesce($minUsers, 5))
RETURN origin, destination, hour, steps, users ORDER BY users DESC, steps DESC, origin, destination, hour
