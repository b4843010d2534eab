// Count what people ask of an interest, by the cell that they live or work in.
//
// A person's home is the cell of most of their events from 19 to 7 o'clock, their work that of most
// from 9 to 17 on Monday to Friday, each on two days or more; a person without either has no place
// here. Each visit to an item of the interest is counted for the nearer of the two; `ways` are how far
// twenty of them go, evenly from the shortest to the longest. Homes of fewer than `$minUsers` visitors
// are put together as the cell null. An event of a kind that weighs nothing
// is none. Events at or after `$at` do not count.
//
// @mode read
// @param interest STRING = null                the id of an interest; narrower ones count
// @param areas    MAP = null                   the larger cell of each cell; null: cells as they are
// @param since    ZONED DATETIME = null        the earliest moment
// @param at       ZONED DATETIME = datetime()  events at or after it do not count
// @param minUsers INTEGER = 5                  fewer people are not told
// @returns cell STRING, visits INTEGER, users INTEGER, metres FLOAT, ways LIST<FLOAT>
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
CALL () {
  MATCH (item:Item)
  WHERE item.location IS NOT NULL AND ($interest IS NULL
    OR EXISTS { (item)-[:ABOUT]->(:Interest)-[:BROADER*0..8]->(:Interest {id: $interest}) })
  RETURN collect(item) AS items
}
CALL (items) {
  UNWIND items AS item
  MATCH (item)<-[:INTERACTED]-(user)
  RETURN DISTINCT user
}
CALL (user, until, first, areas, kinds) {
  MATCH (user)-[e:INTERACTED]->(item)
  WHERE first <= e.at.epochMillis < until AND item.cell IS NOT NULL AND e.hour IS NOT NULL
    AND kinds.weights[coll.indexOf(kinds.names, coalesce(e.kind, ''))] > 0
  LET night = e.hour >= 19 OR e.hour < 7, day = e.hour >= 9 AND e.hour < 17 AND e.weekday <= 5
  FILTER night OR day
  WITH item.cell AS cell, night, count(*) AS n, count(DISTINCT date(e.at)) AS days
  WHERE days >= 2
  WITH cell, night, n ORDER BY n DESC, cell
  WITH night, collect(cell)[0] AS cell
  RETURN collect(cell) AS anchors
}
FILTER size(anchors) > 0
CALL (user, anchors, items, until, first, areas, kinds) {
  MATCH (user)-[e:INTERACTED]->(item)
  WHERE first <= e.at.epochMillis < until AND item.location IS NOT NULL
    AND kinds.weights[coll.indexOf(kinds.names, coalesce(e.kind, ''))] > 0
    AND ($interest IS NULL
      OR EXISTS { (item)-[:ABOUT]->(:Interest)-[:BROADER*0..8]->(:Interest {id: $interest}) })
  UNWIND anchors AS anchor
  MATCH (home:Cell {id: anchor})
  WITH e, anchor, point.distance(home.center, item.location) AS metres ORDER BY metres, anchor
  WITH e, collect(anchor)[0] AS anchor, min(metres) AS metres
  RETURN coalesce(areas[anchor], anchor) AS cell, count(*) AS visits, collect(metres) AS ways
}
WITH cell, sum(visits) AS visits, count(DISTINCT user) AS users, collect(ways) AS ways
CALL (ways) {
  UNWIND ways AS some
  UNWIND some AS way
  WITH percentileCont(way, 0.5) AS metres, coll.sort(collect(way)) AS sorted
  RETURN metres, [n IN range(0, 19) | sorted[toInteger((n + 0.5) / 20 * size(sorted))]] AS spread
}
WITH CASE WHEN users >= toInteger(coalesce($minUsers, 5)) THEN cell END AS cell, visits, users, metres, spread
RETURN cell, sum(visits) AS visits, sum(users) AS users,
  CASE WHEN cell IS NOT NULL THEN max(metres) END AS metres,
  CASE WHEN cell IS NOT NULL THEN collect(spread)[0] END AS ways
ORDER BY cell
