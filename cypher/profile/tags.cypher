// Tell a user's interests as tags, with the events behind them.
//
// A tag is an interest that items of the user's events are about. Its weight is its share of the
// user's events, each counted by its kind, by the weight of the item's interest, and by its age
// (e^(-days / 90)). An item that the user declined, and had no event with since, counts against it,
// like one event of weight 1; an interest that they declined is no tag, and nothing narrower. Its
// trend compares the last 30 days with the 90 before, one event added to each: rising from 1.5
// times on, fading from 2/3 down. `lift` is the share beside that of all users (of categories, once
// statistics are derived). Events at or after `$at` do not count. Hours and weekdays are those of
// the events' own zones; a date without a clock has no hour.
//
// @mode read
// @public
// @param user   STRING                       the user's id; an unknown one has no tags
// @param at     ZONED DATETIME = datetime()  the moment; it may come in any zone
// @param scheme STRING = null                category or keyword; null: both
// @param k      INTEGER = 20                 how many
// @returns id STRING, name STRING, scheme STRING, broader STRING, weight FLOAT, lift FLOAT,
//     trend STRING, events INTEGER, first ZONED DATETIME, last ZONED DATETIME, hours LIST<INTEGER>,
//     weekdays LIST<INTEGER>, places LIST<MAP>, evidence LIST<MAP>
// @node interest Interest
// @plan NodeUniqueIndexSeek
CYPHER 25
LET until = coalesce($at, datetime()).epochMillis
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
MATCH (user:User {id: $user})
CALL (user, until, kinds) {
  CALL (user, until, kinds) {
    MATCH (user)-[e:INTERACTED]->(item) WHERE e.at.epochMillis < until
    LET w = kinds.weights[coll.indexOf(kinds.names, coalesce(e.kind, ''))]
    RETURN item, e, e.at.epochMillis AS t, w
    UNION ALL
    MATCH (user)-[d:DECLINED]->(item:Item) WHERE d.at.epochMillis < until
      AND NOT EXISTS { (user)-[e:INTERACTED]->(item) WHERE d.at.epochMillis < e.at.epochMillis < until }
    RETURN item, null AS e, d.at.epochMillis AS t, -kinds.weights[-1] AS w
  }
  LET days = (until - t) / 86400000.0
  WITH item, collect(e) AS es, sum(w * exp(-days / 90)) AS w,
    sum(CASE WHEN days < 30 THEN w ELSE 0.0 END) AS lately,
    sum(CASE WHEN days >= 30 AND days < 120 THEN w ELSE 0.0 END) AS before
  RETURN collect(item) AS items, collect(es) AS events, collect(w) AS ws, collect(lately) AS latelies,
    collect(before) AS befores, sum(CASE WHEN w > 0 THEN w ELSE 0.0 END) AS total
}
CALL (user, until, items, events, ws, latelies, befores, total) {
  UNWIND range(0, size(items) - 1) AS k
  WITH user, until, items[k] AS item, events[k] AS es, ws[k] AS w, latelies[k] AS lately,
    befores[k] AS before, total
  MATCH (item)-[a:ABOUT]->(tag:Interest) WHERE coalesce(tag.scheme = $scheme, true)
  LET share = coalesce(a.weight, 1.0)
  WITH user, until, tag, total, sum(share * w) AS w, sum(share * lately) AS lately, sum(share * before) AS before,
    collect([size(es), item]) AS visited, collect(es) AS ess
  WHERE w > 0 AND total > 0 AND NOT EXISTS {
    (tag)-[:BROADER*0..8]->(:Interest)<-[d:DECLINED]-(user) WHERE d.at.epochMillis < until
  }
  WITH coll.sort(collect([-w / total, tag.id, tag, lately, before, visited, ess])) AS ts
  UNWIND ts[..toInteger(coalesce($k, 20))] AS t
  RETURN -t[0] AS weight, t[2] AS tag, t[3] AS lately, t[4] AS before, t[5] AS visited,
    coll.flatten(t[6]) AS es
}
LET order = coll.sort([k IN range(0, size(es) - 1) | [-es[k].at.epochMillis, es[k].id, k]])
LET latest = [o IN order | es[o[2]]]
LET most = coll.sort([v IN visited | [-v[0], v[1].id, coalesce(v[1].name, v[1].id)]])
LET ratio = (lately + 1) / (before / 3 + 1)
OPTIONAL MATCH (tag)-[:BROADER]->(above:Interest)
WITH tag, weight, ratio, latest, most, min(above.name) AS broader
RETURN tag.id AS id, tag.name AS name, tag.scheme AS scheme, broader, weight,
  CASE WHEN tag.share > 0 THEN weight / tag.share END AS lift,
  CASE WHEN ratio >= 1.5 THEN 'rising' WHEN ratio <= 2.0 / 3 THEN 'fading' ELSE 'steady' END AS trend,
  size(latest) AS events, latest[-1].at AS first, latest[0].at AS last,
  [h IN range(0, 23) | size([e IN latest WHERE e.hour = h])] AS hours,
  [d IN range(1, 7) | size([e IN latest WHERE e.weekday = d])] AS weekdays,
  [m IN most[..3] | {id: m[1], name: m[2], events: -m[0]}] AS places,
  [e IN latest[..5] | {id: e.id, item: endNode(e).id, name: coalesce(endNode(e).name, endNode(e).id),
    kind: e.kind, at: e.at}] AS evidence
ORDER BY weight DESC, id
