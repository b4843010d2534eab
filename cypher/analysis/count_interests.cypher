// Count the events of each interest in two spans: before a moment, and before that.
//
// What is asked of is a user, or an interest with what is narrower, or a cell, or all. An item counts
// for each interest that it is about, not for broader ones. `users` had one of the events. An event
// of a kind that weighs nothing is none. Events at or after `$at` do not count.
//
// @mode read
// @param user     STRING = null                only the events of a user
// @param interest STRING = null                the id of an interest; narrower ones count
// @param areas    MAP = null                   the larger cell of each cell; null: cells as they are
// @param at       ZONED DATETIME = datetime()  events at or after it do not count
// @param cell     STRING = null                only events in this cell or named place, as `$areas` names it
// @param span     FLOAT = 30.0                 days of each span
// @returns id STRING, name STRING, before INTEGER, after INTEGER, users INTEGER
CYPHER 25
LET until = coalesce($at, datetime()).epochMillis, span = 86400000.0 * coalesce($span, 30.0)
LET areas = coalesce($areas, {}), person = $user
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
CALL (item, until, span, areas, kinds, person) {
  MATCH (item)<-[e:INTERACTED]-(user)
  WHERE until - 2 * span <= e.at.epochMillis < until
    AND kinds.weights[coll.indexOf(kinds.names, coalesce(e.kind, ''))] > 0
    AND (person IS NULL OR user.id = person)
  LET finest = coalesce(item.cell, e.cell)
  FILTER $cell IS NULL OR coalesce(areas[finest], finest) = $cell
  RETURN user, count(CASE WHEN e.at.epochMillis >= until - span THEN 1 END) AS after, count(*) AS both
}
MATCH (item)-[:ABOUT]->(interest:Interest)
RETURN interest.id AS id, coalesce(interest.name, interest.id) AS name, sum(both - after) AS before,
  sum(after) AS after, count(DISTINCT user) AS users
ORDER BY id
