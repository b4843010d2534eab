// Count events and people by local day and hour: of an interest, of a cell, or all.
//
// A date without a clock is at the hour null. An event of a kind that weighs nothing is none. Events
// at or after `$at` do not count.
//
// @mode read
// @param interest STRING = null                the id of an interest; narrower ones count
// @param areas    MAP = null                   the larger cell of each cell; null: cells as they are
// @param since    ZONED DATETIME = null        the earliest moment
// @param at       ZONED DATETIME = datetime()  events at or after it do not count
// @param cell     STRING = null                only events in this cell or named place, as `$areas` names it
// @returns day DATE, hour INTEGER, events INTEGER
CYPHER 25
LET until = coalesce($at, datetime()).epochMillis, first = coalesce($since.epochMillis, -9e15)
LET areas = coalesce($areas, {})
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
CALL (item, until, first, areas, kinds) {
  MATCH (item)<-[e:INTERACTED]-()
  WHERE first <= e.at.epochMillis < until
    AND kinds.weights[coll.indexOf(kinds.names, coalesce(e.kind, ''))] > 0
  LET finest = coalesce(item.cell, e.cell)
  FILTER $cell IS NULL OR coalesce(areas[finest], finest) = $cell
  RETURN date(e.at) AS day, e.hour AS hour, count(*) AS events
}
RETURN day, hour, sum(events) AS events ORDER BY day, hour
