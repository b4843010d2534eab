// Recommend where the user will go now, from where they are. Known places count.
//
// Candidates are the user's own places, what follows their last place, the surroundings of `$here`
// (else of the last place), and what is popular anywhere. The strongest features are attention over
// the user's own events: each event votes for its place, and its vote weighs as much as the
// moment of the event is like now in hour, in kind of day, in the place before and in the time since
// that. The fusion model of the graph turns features into z = (x - mean) / scale and scores
// bias + linear·z + Σ output·max(0, weights·z + bias); `base` plus all `terms` is the score exactly.
//
// A feature that cannot be computed is null and counts as its mean: z = 0. Events at or after `$at`
// do not count; the statistics across users stand as of `asOf`. `$at` is localised to the zone of
// the user's latest event (else of an event near `$here`) before hours are compared.
//
// @mode read
// @param user    STRING                      the user's id; an unknown one gets the cold-start ranking
// @param at      ZONED DATETIME = datetime()  the moment; it may come in any zone
// @param here    POINT = null                where the user is; else their last place counts
// @param places  BOOLEAN = null              true: items with a location; false: without; null: both
// @param k       INTEGER = 20                how many
// @param explain BOOLEAN = true              false leaves `terms` and `because` null
// @param model   STRING = 'next'             the name of the fusion model
// @returns id STRING, name STRING, category STRING, location POINT, score FLOAT, base FLOAT,
//     features LIST<FLOAT>, terms MAP, because LIST<MAP>, asOf ZONED DATETIME
// @features hour, hourAndDay, afterLast, afterLastAndHour, afterNear, sinceLast, recency1, recency7,
//     recency30, lastVisit, visits, transition, distance, popularity, itemHour, categoryTransition,
//     visited, newPopularity, newDistance, newTransition, newCategory
// @plan NodeUniqueIndexSeek, NodeIndexSeekByRange
CYPHER 25
LET at = coalesce($at, datetime()), here = $here
LET until = at.epochMillis  // instants are compared: of two zones' datetimes one is always less
OPTIONAL MATCH (user:User {id: $user})
OPTIONAL MATCH (derivation:Derivation {name: 'statistics'})
CALL () {
  MATCH (model:FusionModel {name: coalesce($model, 'next')})
  OPTIONAL MATCH (model)-[:HAS_UNIT]->(unit:HiddenUnit)
  WITH model, unit ORDER BY unit.index
  RETURN model.mean AS mean, model.scale AS scale, model.linear AS linear, model.bias AS bias,
    collect(unit.weights) AS unitWeights, collect(unit.bias) AS unitBias,
    collect(unit.output) AS unitOutput
}

// Own events in the order of time, as parallel lists.
CALL (user, until) {
  MATCH (user)-[e:INTERACTED]->(item) WHERE e.at.epochMillis < until
  WITH item, e.at AS t ORDER BY t, item
  WITH collect(item) AS items, collect(t) AS ts
  LET kept = items[-600..], times = ts[-600..]
  RETURN kept AS own, [t IN times | t.epochSeconds] AS epochs, times[-1].timezone AS zone,
    [t IN times | t.hour + t.minute / 60.0] AS hours, [t IN times | t.dayOfWeek > 5] AS weekends
}
CALL (here, zone, at) {
  OPTIONAL MATCH (item:Item)<-[e:INTERACTED]-()
  WHERE zone IS NULL AND point.distance(item.location, here) < 3000
  WITH e LIMIT 1
  RETURN datetime({datetime: at, timezone: coalesce(zone, e.at.timezone, at.timezone)}) AS local
}
LET n = size(own), last = own[-1], now = at.epochSeconds
LET hour = local.hour + local.minute / 60.0, weekend = local.dayOfWeek > 5
LET place = coalesce(here, last.location), gap = log((now - epochs[-1]) / 3600.0 + 0.02)

// What the user's events were about, and what the last place's category leads to.
CALL (own) {
  UNWIND own AS item
  MATCH (item)-[:ABOUT]->(c:Interest {scheme: 'category'})
  WITH c, count(*) AS count
  RETURN collect(c) AS kinds, collect(count) AS kindCounts
}
CALL (last) {
  MATCH (last)-[:ABOUT]->(from:Interest {scheme: 'category'})
  WITH from ORDER BY from.id LIMIT 1
  OPTIONAL MATCH (from)-[l:LEADS_TO]->(to)
  RETURN collect(to) AS leads, collect(l.count) AS leadCounts, max(from.departures) AS leadTotal
}

// Candidates, with the votes of the user's own events:
// [visits, age of the last, Σ of six kernels, Σ of three recencies]. Lists are sorted rather than
// rows: a sort of rows is charged for every list in scope, once a row.
CALL (own, epochs, hours, weekends, n, last, now, hour, weekend, place, gap) {
  CALL (own, epochs, hours, weekends, n, last, now, hour, weekend, place, gap) {
    UNWIND range(0, n - 1) AS k
    LET item = own[k], age = (now - epochs[k]) / 86400.0, off = abs(hours[k] - hour)
    LET before = CASE WHEN k > 0 THEN own[k - 1] END
    LET d = CASE WHEN off > 12 THEN 24 - off ELSE off END
    LET h1 = exp(-d * d / 2), h2 = exp(-d * d / 8)
    LET same = CASE WHEN weekends[k] = weekend THEN 1.0 ELSE 0.0 END
    LET after = CASE WHEN before = last THEN 1.0 ELSE 0.0 END
    LET near = coalesce(exp(-point.distance(before.location, last.location) / 300), 0.0)
    LET g = CASE WHEN k > 0 THEN log((epochs[k] - epochs[k - 1]) / 3600.0 + 0.02) - gap END
    WITH item, age, h1, h2, same, after, near, coalesce(exp(-2 * g * g), 0.0) AS since
    WITH item, [toFloat(count(*)), min(age), sum(h1), sum(h2 * same), sum(after), sum(after * h2),
      sum(near * h2), sum(since * h2), sum(exp(-age)), sum(exp(-age / 7)), sum(exp(-age / 30))] AS votes
    RETURN item, votes, 0 AS moves
    UNION ALL
    MATCH (last)-[f:FOLLOWED_BY]->(item)
    RETURN item, null AS votes, f.count AS moves
    UNION ALL
    WITH place AS p, CASE WHEN n = 0 THEN 2000 ELSE 500 END AS radius
    MATCH (item:Item) WHERE point.distance(item.location, p) < radius
    WITH coll.sort(collect([-coalesce(item.attraction, 0.0), item]))[..60] AS ts
    UNWIND ts AS t
    RETURN t[1] AS item, null AS votes, 0 AS moves
    UNION ALL
    MATCH (item:Item) WHERE item.attraction > 0.0
    WITH item ORDER BY item.attraction DESC LIMIT 30
    RETURN item, null AS votes, 0 AS moves
  }
  WITH item, max(votes) AS votes, sum(moves) AS moves
  WHERE coalesce(item.active, true) AND coalesce((item.location IS NOT NULL) = $places, true)
  RETURN collect(item) AS items, collect([votes, moves]) AS facts
}

// Features and scores; a list a candidate: [score, item, features, z, active units, facts, kind].
LET hourNow = local.hour
CALL (mean, scale, linear, bias, unitWeights, unitBias, unitOutput, n, last, place, hourNow, kinds,
    kindCounts, leads, leadCounts, leadTotal, items, facts) {
  UNWIND range(0, size(items) - 1) AS c
  LET item = items[c], own = facts[c][0], moves = facts[c][1]
  CALL (item) {
    OPTIONAL MATCH (item)-[:ABOUT]->(found:Interest {scheme: 'category'})
    RETURN found AS kind ORDER BY found.id LIMIT 1
  }
  LET v = coalesce(own, [0.0, null, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
  LET away = -log(point.distance(place, item.location) / 1000 + .1), liked = log(1.0 + item.users)
  LET moved = log(moves / (last.departures + 5.0) + 1e-3)
  LET led = CASE WHEN kind IN leads THEN leadCounts[coalesce(coll.indexOf(leads, kind), 0)] ELSE 0 END
  LET mine = CASE WHEN kind IN kinds THEN kindCounts[coalesce(coll.indexOf(kinds, kind), 0)] ELSE 0 END
  LET x = [
    CASE WHEN n > 0 THEN log(.03 + v[2]) END,
    CASE WHEN n > 0 THEN log(.03 + v[3]) END,
    CASE WHEN n > 0 THEN log(.03 + v[4]) END,
    CASE WHEN n > 0 THEN log(.03 + v[5]) END,
    CASE WHEN n > 0 AND last.location IS NOT NULL THEN log(.03 + v[6]) END,
    CASE WHEN n > 0 THEN log(.03 + v[7]) END,
    CASE WHEN n > 0 THEN log(.02 + v[8]) END,
    CASE WHEN n > 0 THEN log(.02 + v[9]) END,
    CASE WHEN n > 0 THEN log(.02 + v[10]) END,
    CASE WHEN v[0] > 0 THEN -log(.02 + v[1]) END,
    CASE WHEN n > 0 THEN log(1.0 + v[0]) END,
    moved,
    away,
    liked,
    log(item.hours[hourNow]),
    log((led + 5 * kind.share) / (leadTotal + 5) + 1e-5),
    CASE WHEN v[0] > 0 THEN 1.0 ELSE 0.0 END,
    CASE WHEN v[0] = 0 THEN liked END,
    CASE WHEN v[0] = 0 THEN away END,
    CASE WHEN v[0] = 0 THEN moved END,
    CASE WHEN v[0] = 0 AND n > 0 AND kind IS NOT NULL THEN log(toFloat(mine) / n + .005) END
  ]
  LET z = [k IN range(0, 20) | coalesce((x[k] - mean[k]) / scale[k], 0.0)]
  LET w = vector(z, 21, FLOAT64)
  LET active = [j IN range(0, size(unitBias) - 1)
    WHERE unitBias[j] - vector_distance(w, vector(unitWeights[j], 21, FLOAT64), DOT) > 0]
  LET score = bias - vector_distance(w, vector(linear, 21, FLOAT64), DOT) + reduce(s = 0.0, j IN active |
    s + unitOutput[j] * (unitBias[j] - vector_distance(w, vector(unitWeights[j], 21, FLOAT64), DOT)))
  RETURN collect([score, item, x, z, active, facts[c], kind]) AS scored
}

// The best of them, and why.
LET explain = coalesce($explain, true)
LET ranks = coll.sort([c IN range(0, size(scored) - 1) | [-scored[c][0], scored[c][1].id, c]])
UNWIND range(0, size(ranks) - 1)[..toInteger(coalesce($k, 20))] AS rank
LET found = scored[ranks[rank][2]]
LET item = found[1], x = found[2], z = found[3], active = found[4], kind = found[6]
// vector_distance rounds to single precision: good enough to rank with, not for sums that are checked.
LET base = bias + reduce(s = 0.0, j IN active | s + unitOutput[j] * unitBias[j])
LET t = [f IN range(0, 20) | z[f] * (linear[f] +
  reduce(s = 0.0, j IN active | s + unitOutput[j] * unitWeights[j][f]))]
LET score = reduce(s = base, term IN t | s + term)
LET terms = CASE WHEN explain THEN {
  hour: t[0], hourAndDay: t[1], afterLast: t[2], afterLastAndHour: t[3], afterNear: t[4],
  sinceLast: t[5], recency1: t[6], recency7: t[7], recency30: t[8], lastVisit: t[9],
  visits: t[10], transition: t[11], distance: t[12], popularity: t[13], itemHour: t[14],
  categoryTransition: t[15], visited: t[16], newPopularity: t[17], newDistance: t[18],
  newTransition: t[19], newCategory: t[20]
} END
CALL (explain, item, found, kind, place, here, last, own, hours, hourNow, kinds, kindCounts) {
  WHEN explain THEN {
    LET v = found[5][0], moves = found[5][1]
    LET times = [k IN range(0, size(own) - 1) WHERE own[k] = item | k]
    LET now = [k IN times WHERE abs(hours[k] - hourNow) < 1.5 OR abs(hours[k] - hourNow) > 22.5]
    LET after = [k IN times WHERE k > 0 AND own[k - 1] = last]
    LET km = point.distance(place, item.location) / 1000
    RETURN [reason IN [
      CASE WHEN v IS NOT NULL THEN {kind: 'visited', count: toInteger(v[0]), days: v[1]} END,
      CASE WHEN size(now) > 0 THEN {kind: 'atThisHour', count: size(now)} END,
      CASE WHEN size(after) > 0 THEN {kind: 'afterLast', id: last.id, name: last.name,
        count: size(after)} END,
      CASE WHEN moves > 0 THEN {kind: 'followedBy', id: last.id, name: last.name,
        count: moves} END,
      CASE WHEN km IS NOT NULL AND here IS NOT NULL THEN {kind: 'here', km: km} END,
      CASE WHEN km IS NOT NULL AND here IS NULL THEN {kind: 'near', id: last.id,
        name: last.name, km: km} END,
      CASE WHEN kind IN kinds THEN {kind: 'interest', id: kind.id, name: kind.name,
        count: kindCounts[coalesce(coll.indexOf(kinds, kind), 0)]} END,
      CASE WHEN item.users > 0 THEN {kind: 'popular', count: item.users} END
    ] WHERE reason IS NOT NULL] AS because
  }
  ELSE { RETURN null AS because }
}
RETURN item.id AS id, item.name AS name, kind.name AS category, item.location AS location,
  score, base, x AS features, terms, because, derivation.asOf AS asOf
ORDER BY score DESC, id
