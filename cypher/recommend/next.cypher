// Recommend where the user will go now, from where they are. Known places count.
//
// Candidates are the user's own places, what follows their last place, the surroundings of `$here`
// (else of the last place), and what is popular anywhere. The strongest features are attention over
// the user's own events: each event votes for its place, and its vote weighs as much as the
// moment of the event is like now in hour, in kind of day, in the place before and in the time since
// that. The fusion model of the graph turns features into z = (x - mean) / scale and scores
// bias + linear·z + Σ output·max(0, weights·z + bias); `base` plus all `terms` is the score exactly.
//
// Features of own events: `hour…` votes by the distance of hours (σ .5, 1 and 4 h), `hourAndDay` (2 h,
// same kind of day, fading with 60 days), `after…` by the same or a near place before (.3 km),
// `sinceLast…` by a similar time since the event before (σ .5 of its logarithm), `likeNow` by all of
// them; `…Share` is the part of all votes. `recency…` are sums of exp(-age / τ), τ of .25 (`recencyHours`)
// to 90 days. `overdue` compares the time since the last visit with the usual one between visits,
// `offRhythm` is its absolute value. `distanceSoon` and `distanceLater` count when the last event is less
// than half an hour, or two to six hours ago. Features `new…` are those of places new to the user.
//
// A feature that cannot be computed is null and counts as its mean: z = 0. Events at or after `$at`
// do not count; the statistics across users stand as of `asOf`. `$at` is localised to the zone of
// the user's latest event (else of an event near `$here`) before hours are compared.
//
// @mode read
// @param user    STRING                      the user's id; an unknown one gets the cold-start ranking
// @param at      ZONED DATETIME = datetime()  the moment; it may come in any zone
// @param here    POINT = null                where the user is; else their last place counts
// @param only    STRING = null               'places' with a location, 'goods' without; null: both
// @param k       INTEGER = 20                how many
// @param explain BOOLEAN = true              false leaves `terms` and `because` null
// @param model   STRING = null               a fusion model by its name; null: the one in use
// @returns id STRING, name STRING, category STRING, location POINT, score FLOAT, base FLOAT,
//     features LIST<FLOAT>, terms MAP, because LIST<MAP>, asOf ZONED DATETIME
// @features hourSharp T, hour T, hourWide T, hourAndDay T, afterLast G, afterLastAndHour T,
//     afterNear T, afterNearAndHour T, sinceLast T, sinceLastAndHour T, likeNow T, recencyHours T,
//     recency1 T, recency3 T, recency7 T, recency30 T, recency90 T, hourShare T, hourAndDayShare T,
//     afterNearShare T, sinceLastShare T, visited G, visits G, visitShare G, lastVisit T, overdue T,
//     offRhythm T, visitedAfterGap T, stay G, popularity G, events G, recent T, rising90 T,
//     itemHour T, categoryHour T, transition G, categoryTransition T, distance T, distanceSoon T,
//     distanceLater T, speed T, around T, categoryAtHour T, newPopularity G, newDistance T,
//     newTransition G, newCategory G, newRecent T, newRising T
// @plan NodeUniqueIndexSeek, NodeIndexSeekByRange
CYPHER 25
LET at = coalesce($at, datetime()), here = $here
LET until = at.epochMillis  // instants are compared: of two zones' datetimes one is always less
OPTIONAL MATCH (user:User {id: $user})
OPTIONAL MATCH (derivation:Derivation {name: 'statistics'})
CALL () {
  MATCH (model:FusionModel)
  WHERE CASE WHEN $model IS NULL THEN model.serves = 'next' ELSE model.name = $model END
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
LET n = size(own), last = own[-1], now = at.epochSeconds, hourNow = local.hour
LET hour = local.hour + local.minute / 60.0, weekend = local.dayOfWeek > 5
LET away = (now - epochs[-1]) / 3600.0, gap = log((now - epochs[-1]) / 3600.0 + .02)
LET place = coalesce(here, last.location)

// The user's categories, at any hour and at this one, and their places, the most visited first.
CALL (own, hours, hour) {
  UNWIND range(0, size(own) - 1) AS k
  LET off = abs(hours[k] - hour)
  LET d = CASE WHEN off > 12 THEN 24 - off ELSE off END
  WITH own[k] AS item, exp(-d * d / 8) AS w
  WITH item, count(*) AS count, sum(w) AS atHour
  OPTIONAL MATCH (item)-[:ABOUT]->(c:Interest {scheme: 'category'})
  WITH item, count, atHour, c ORDER BY c.id
  WITH item, count, atHour, head(collect(c)) AS kind
  WITH kind, sum(count) AS count, sum(atHour) AS atHour,
    collect(CASE WHEN item.location IS NOT NULL THEN [-count, item] END) AS places
  WITH collect(kind) AS kinds, collect(CASE WHEN kind IS NOT NULL THEN count END) AS kindCounts,
    collect(CASE WHEN kind IS NOT NULL THEN atHour END) AS kindHours, sum(atHour) AS kindHoursAll,
    coll.sort(coll.flatten(collect(places)))[..20] AS places
  LET visits = reduce(s = 0.0, p IN places | s - p[0])
  RETURN kinds, kindCounts, kindHours, kindHoursAll, [p IN places | p[1].location] AS anchors,
    [p IN places | -p[0] / visits] AS anchorShares
}
// What the last place's category leads to, in all and in these three hours of the day.
CALL (last, hourNow) {
  MATCH (last)-[:ABOUT]->(from:Interest {scheme: 'category'})
  WITH from ORDER BY from.id LIMIT 1
  OPTIONAL MATCH (from)-[l:LEADS_TO]->(to)
  RETURN collect(to) AS leads, collect(l.count) AS leadCounts, max(from.departures) AS leadTotal,
    collect(l.bins[hourNow / 3]) AS leadsNow, sum(l.bins[hourNow / 3]) AS leadTotalNow
}

// Candidates, with the votes of the user's own events: [visits, ages of the last and the first, Σ of
// kernels, Σ of recencies]. Lists are sorted rather than rows: a sort of rows is charged for every list
// in scope, once a row.
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
    LET g = CASE WHEN k > 0 THEN log((epochs[k] - epochs[k - 1]) / 3600.0 + .02) - gap END
    LET since = coalesce(exp(-2 * g * g), 0.0), fading = exp(-age / 60)
    WITH item, age, d, h1, h2, same, after, near, since, fading
    WITH item, [toFloat(count(*)), min(age), max(age), sum(exp(-2 * d * d)), sum(h1),
      sum(exp(-d * d / 32)), sum(h2 * same * fading), sum(after), sum(after * h2), sum(near),
      sum(near * h2), sum(since), sum(since * h2),
      sum(near * since * h2 * (.3 + .7 * same) * fading),
      sum(exp(-4 * age)), sum(exp(-age)), sum(exp(-age / 3)), sum(exp(-age / 7)),
      sum(exp(-age / 30)), sum(exp(-age / 90))] AS votes
    RETURN item, votes, 0 AS moves
    UNION ALL
    MATCH (last)-[f:FOLLOWED_BY]->(item)
    RETURN item, null AS votes, f.count AS moves
    UNION ALL
    WITH place AS p, CASE WHEN n = 0 THEN 2000 ELSE 1000 END AS radius
    MATCH (item:Item) WHERE point.distance(item.location, p) < radius
    WITH coll.sort(collect([-coalesce(item.attraction, 0.0) *
      exp(-point.distance(item.location, p) / 300), item]))[..60] AS ts
    UNWIND ts AS t
    RETURN t[1] AS item, null AS votes, 0 AS moves
    UNION ALL
    MATCH (item:Item) WHERE item.attraction > 0.0
    WITH item ORDER BY item.attraction DESC LIMIT 30
    RETURN item, null AS votes, 0 AS moves
  }
  WITH item, max(votes) AS votes, sum(moves) AS moves
  WHERE coalesce(item.active, true) AND coalesce((item.location IS NOT NULL) = ($only = 'places'), true)
  WITH collect(item) AS items, collect([votes, moves]) AS facts
  // All votes of the kernels whose shares are features.
  RETURN items, facts, [v IN [4, 6, 10, 12] |
    reduce(s = .5, fact IN facts | s + coalesce(fact[0][v], 0.0))] AS totals
}

// Features and scores; a list a candidate: [score, item, features, z, active units, facts, kind].
CALL (mean, scale, linear, bias, unitWeights, unitBias, unitOutput, n, last, place, hourNow, away, gap,
    kinds, kindCounts, kindHours, kindHoursAll, anchors, anchorShares, leads, leadCounts, leadTotal,
    leadsNow, leadTotalNow, items, facts, totals) {
  UNWIND range(0, size(items) - 1) AS c
  LET item = items[c], own = facts[c][0], moves = facts[c][1]
  CALL (item) {
    OPTIONAL MATCH (item)-[:ABOUT]->(found:Interest {scheme: 'category'})
    RETURN found AS kind ORDER BY found.id LIMIT 1
  }
  LET v = coalesce(own, [k IN range(0, 19) | 0.0]), known = n > 0, location = item.location
  LET visits = v[0], new = v[0] = 0, km = point.distance(place, location) / 1000
  LET near = -log(km + .1), liked = log(1.0 + item.users), recent = log(.1 + item.recent30)
  LET rising = log(.05 + item.firstVisits90)
  LET moved = log(moves / (last.departures + 5.0) + 1e-3)
  LET lead = coalesce(coll.indexOf(leads, kind), -1), mine = coalesce(coll.indexOf(kinds, kind), -1)
  LET led = (CASE WHEN lead >= 0 THEN leadCounts[lead] ELSE 0 END + 5 * kind.share) / (leadTotal + 5)
  LET overdue = CASE WHEN visits > 1
    THEN log((v[1] + .05) / ((v[2] - v[1]) / (visits - 1) + .05)) END
  LET category = CASE WHEN known AND kind IS NOT NULL
    THEN log(.005 + CASE WHEN mine >= 0 THEN toFloat(kindCounts[mine]) / n ELSE 0 END) END
  LET x = [k IN range(3, 13) | CASE WHEN known THEN log(.03 + v[k]) END]
    + [k IN range(14, 19) | CASE WHEN known THEN log(.02 + v[k]) END]
    + [k IN range(0, 3) | CASE WHEN known THEN log(.005 + v[[4, 6, 10, 12][k]] / totals[k]) END]
    + [
    CASE WHEN new THEN 0.0 ELSE 1.0 END,
    CASE WHEN known THEN log(1.0 + visits) END,
    CASE WHEN known THEN log(.005 + visits / n) END,
    CASE WHEN NOT new THEN -log(.02 + v[1]) END,
    overdue,
    abs(overdue),
    CASE WHEN NOT new THEN gap END,
    CASE WHEN item = last THEN 1.0 ELSE 0.0 END,
    liked,
    log(1.0 + item.events),
    recent,
    rising,
    log(.05 + item.hours[hourNow]),
    log(.05 + kind.hours[hourNow]),
    moved,
    log(1e-5 + (CASE WHEN lead >= 0 THEN leadsNow[lead] ELSE 0 END + 10 * led) / (leadTotalNow + 10)),
    near,
    CASE WHEN away < .5 THEN near END,
    CASE WHEN away >= 2 AND away < 6 THEN near END,
    -log(1 + km / (away + .05) / 10),
    CASE WHEN size(anchors) > 0 AND location IS NOT NULL
      THEN log(reduce(s = 1e-4, k IN range(0, size(anchors) - 1) |
        s + anchorShares[k] * exp(-point.distance(anchors[k], location) / 300))) END,
    CASE WHEN known AND kind IS NOT NULL THEN log(.005 +
      CASE WHEN mine >= 0 THEN kindHours[mine] / (kindHoursAll + .5) ELSE 0 END) END,
    CASE WHEN new THEN liked END,
    CASE WHEN new THEN near END,
    CASE WHEN new THEN moved END,
    CASE WHEN new THEN category END,
    CASE WHEN new THEN recent END,
    CASE WHEN new THEN rising END
  ]
  LET z = [k IN range(0, 48) | coalesce((x[k] - mean[k]) / scale[k], 0.0)]
  LET w = vector(z, 49, FLOAT64)
  LET active = [j IN range(0, size(unitBias) - 1)
    WHERE unitBias[j] - vector_distance(w, vector(unitWeights[j], 49, FLOAT64), DOT) > 0]
  LET score = bias - vector_distance(w, vector(linear, 49, FLOAT64), DOT) + reduce(s = 0.0, j IN active |
    s + unitOutput[j] * (unitBias[j] - vector_distance(w, vector(unitWeights[j], 49, FLOAT64), DOT)))
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
LET t = [f IN range(0, 48) | z[f] * (linear[f] +
  reduce(s = 0.0, j IN active | s + unitOutput[j] * unitWeights[j][f]))]
LET score = reduce(s = base, term IN t | s + term)
LET terms = CASE WHEN explain THEN {
  hourSharp: t[0], hour: t[1], hourWide: t[2], hourAndDay: t[3], afterLast: t[4],
  afterLastAndHour: t[5], afterNear: t[6], afterNearAndHour: t[7], sinceLast: t[8],
  sinceLastAndHour: t[9], likeNow: t[10], recencyHours: t[11], recency1: t[12], recency3: t[13],
  recency7: t[14], recency30: t[15], recency90: t[16], hourShare: t[17], hourAndDayShare: t[18],
  afterNearShare: t[19], sinceLastShare: t[20], visited: t[21], visits: t[22], visitShare: t[23],
  lastVisit: t[24], overdue: t[25], offRhythm: t[26], visitedAfterGap: t[27], stay: t[28],
  popularity: t[29], events: t[30], recent: t[31], rising90: t[32], itemHour: t[33],
  categoryHour: t[34], transition: t[35], categoryTransition: t[36], distance: t[37], distanceSoon: t[38],
  distanceLater: t[39], speed: t[40], around: t[41], categoryAtHour: t[42], newPopularity: t[43],
  newDistance: t[44], newTransition: t[45], newCategory: t[46], newRecent: t[47], newRising: t[48]
} END
CALL (explain, item, found, kind, place, here, last, own, hours, hourNow, kinds, kindCounts) {
  WHEN explain THEN {
    LET v = found[5][0], moves = found[5][1]
    LET times = [k IN range(0, size(own) - 1) WHERE own[k] = item | k]
    LET now = [k IN times WHERE abs(hours[k] - hourNow) < 1.5 OR abs(hours[k] - hourNow) > 22.5]
    LET after = [k IN times WHERE k > 0 AND own[k - 1] = last]
    LET km = point.distance(place, item.location) / 1000
    RETURN [reason IN [
      CASE WHEN v IS NOT NULL THEN {reason: 'visited', count: toInteger(v[0]), days: v[1]} END,
      CASE WHEN size(now) > 0 THEN {reason: 'atThisHour', count: size(now)} END,
      CASE WHEN size(after) > 0 THEN {reason: 'afterLast', id: last.id, name: last.name,
        count: size(after)} END,
      CASE WHEN moves > 0 THEN {reason: 'followedBy', id: last.id, name: last.name,
        count: moves} END,
      CASE WHEN km IS NOT NULL AND here IS NOT NULL THEN {reason: 'here', km: km} END,
      CASE WHEN km IS NOT NULL AND here IS NULL THEN {reason: 'near', id: last.id,
        name: last.name, km: km} END,
      CASE WHEN kind IN kinds THEN {reason: 'interest', id: kind.id, name: kind.name,
        count: kindCounts[coll.indexOf(kinds, kind)]} END,
      CASE WHEN item.users > 0 THEN {reason: 'popular', count: item.users} END
    ] WHERE reason IS NOT NULL] AS because
  }
  ELSE { RETURN null AS because }
}
RETURN item.id AS id, item.name AS name, kind.name AS category, item.location AS location,
  score, base, x AS features, terms, because, derivation.asOf AS asOf
ORDER BY score DESC, id
