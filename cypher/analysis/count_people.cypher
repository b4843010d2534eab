// Count events and people by cell, by local day, by weekday and by hour, or by several of them.
//
// `$by` names the columns that tell groups apart; the others are null.
// An event lies in the cell of its item, else in its own; an event of a kind that weighs nothing is
// none, and a date without a clock is at no hour. Cells may be put together by `$areas`: the name of
// the larger one for the name of each cell. Events at or after `$at` do not count.
//
// @mode read
// @param interest STRING = null                the id of an interest; narrower ones count
// @param areas    MAP = null                   the larger cell of each cell; null: cells as they are
// @param since    ZONED DATETIME = null        the earliest moment
// @param at       ZONED DATETIME = datetime()  events at or after it do not count
// @param cell     STRING = null                only events in this cell or named place, as `$areas` names it
// @param by       LIST<STRING> = ['cell']      of 'cell', 'day', 'weekday' and 'hour'
// @param hours    LIST<INTEGER> = null         local hours of the day, 0 to 23
// @param weekdays LIST<INTEGER> = null         local weekdays; 1 is Monday
// @returns cell STRING, day DATE, weekday INTEGER, hour INTEGER, events INTEGER, users INTEGER
CYPHER 25
LET until = coalesce($at, datetime()).epochMillis, first = coalesce($since.epochMillis, -9e15)
LET areas = coalesce($areas, {}), by = coalesce($by, ['cell'])
LET byCell = 'cell' IN by, byDay = 'day' IN by, byWeekday = 'weekday' IN by, byHour = 'hour' IN by
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
// Items first: whether one is about the interest is asked once.
MATCH (item:Item)
LET about = $interest IS NULL
  OR EXISTS { (item)-[:ABOUT]->(:Interest)-[:BROADER*0..8]->(:Interest {id: $interest}) }
FILTER about
MATCH (item)<-[e:INTERACTED]-(user)
WHERE first <= e.at.epochMillis < until
  AND kinds.weights[coll.indexOf(kinds.names, coalesce(e.kind, ''))] > 0
  AND ($hours IS NULL OR coalesce(e.hour IN $hours, false))
  AND ($weekdays IS NULL OR e.weekday IN $weekdays)
LET finest = coalesce(item.cell, e.cell)
LET cell = coalesce(areas[finest], finest)
FILTER CASE WHEN $cell IS NULL THEN NOT byCell OR cell IS NOT NULL ELSE cell = $cell END
RETURN CASE WHEN byCell THEN cell END AS cell, CASE WHEN byDay THEN date(e.at) END AS day,
  CASE WHEN byWeekday THEN e.weekday END AS weekday, CASE WHEN byHour THEN e.hour END AS hour,
  count(*) AS events, count(DISTINCT user) AS users
