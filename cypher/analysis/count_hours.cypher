// Count events by cell and hour of the week: all of them, and those that are about an interest.
//
// An event lies in the cell of its item, else in its own. Only events with a clock are counted, in
// their own local hour. `weight` is what the events of the interest (or all, without one) count
// together, each e^(-age / `$days`). Cells may be put together by `$areas`: the name of the larger
// one for the name of each cell. An event of a kind that weighs nothing is
// none, else each is one. Events at or after `$at` do not count.
//
// @mode read
// @param interest STRING = null                the id of an interest; narrower ones count
// @param cell     STRING = null                only events in this cell or named place, as `$areas` names it
// @param areas    MAP = null                   the larger cell of each cell; null: cells as they are
// @param since    ZONED DATETIME = null        the earliest moment
// @param at       ZONED DATETIME = datetime()  events at or after it do not count
// @param days     FLOAT = 90.0                 how fast events are forgotten
// @returns cell STRING, weekday INTEGER, hour INTEGER, events INTEGER, fitting INTEGER, weight FLOAT
CYPHER 25
LET until = coalesce($at, datetime()).epochMillis, first = coalesce($since.epochMillis, -9e15)
LET areas = coalesce($areas, {}), forget = 86400000.0 * coalesce($days, 90.0)
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
CALL (item, about, until, first, areas, forget, kinds) {
  MATCH (item)<-[e:INTERACTED]-()
  WHERE first <= e.at.epochMillis < until AND e.hour IS NOT NULL
    AND kinds.weights[coll.indexOf(kinds.names, coalesce(e.kind, ''))] > 0
  LET finest = coalesce(item.cell, e.cell)
  LET cell = coalesce(areas[finest], finest)
  FILTER $cell IS NULL OR cell = $cell
  RETURN cell, e.weekday AS weekday, e.hour AS hour, count(*) AS events,
    CASE WHEN about THEN count(*) ELSE 0 END AS fitting,
    CASE WHEN about THEN sum(exp((e.at.epochMillis - until) / forget)) ELSE 0.0 END AS weight
}
RETURN cell, weekday, hour, sum(events) AS events, sum(fitting) AS fitting, sum(weight) AS weight
