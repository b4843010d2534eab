// Recommend items that are new to the user and that they may like.
//
// Candidates come from what was co-visited with the user's own places, from the users nearest in
// taste, from the surroundings of their places and of `$here`, from the transitions of the last
// place, from text like that of their places, from what is popular in their cells, and from what is
// rising anywhere; what they know already and what is not active is left out. Each candidate gets
// the features named below. The fusion model of the graph turns them into z = (x - mean) / scale
// and scores bias + linear·z + Σ output·max(0, weights·z + bias) over its hidden units. That is
// piecewise linear, so `base` plus all `terms` is the score exactly.
//
// A feature that cannot be computed (no location, no embedding, an item recorded a second ago) is
// null and counts as its mean: z = 0. A user without history is ranked by what is popular near
// `$here` at this hour. Events at or after `$at` do not count; the statistics across users stand as
// of `asOf`.
//
// @mode read
// @param user    STRING                      the user's id; an unknown one gets the cold-start ranking
// @param at      ZONED DATETIME = datetime()  the moment; it may come in any zone
// @param here    POINT = null                where the user is; else their most visited place counts
// @param place   STRING = null               the name of a place, where places have no coordinates
// @param only    STRING = null               'places' with a location, 'goods' without; null: both
// @param k       INTEGER = 20                how many
// @param explain BOOLEAN = true              false leaves `terms` and `because` null
// @param model   STRING = null              a fusion model by its name; null: the one in use
// @returns id STRING, name STRING, category STRING, location POINT, score FLOAT, base FLOAT,
//     features LIST<FLOAT>, terms MAP, because LIST<MAP>, asOf ZONED DATETIME
// @features popularity G+, events G, rising7 T+, rising90 T+, categoryRate T+, category G+,
//     broaderCategory G+, huff3 T+, huff1 T+, reach T+, density T, home T+, nearest T+,
//     similarUsers G+, coVisited G+, ease G+, localPopularity T+, meaning L+, hour T+,
//     strangerHour T+, maturity G
// @plan NodeUniqueIndexSeek, NodeIndexSeekByRange, NodeVectorIndexSearch
CYPHER 25
LET at = coalesce($at, datetime()), here = $here
LET until = at.epochMillis  // instants are compared: of two zones' datetimes one is always less
OPTIONAL MATCH (user:User {id: $user})
OPTIONAL MATCH (derivation:Derivation {name: 'statistics'})
// When no event is nearly as late as the moment, the times of other users' events need not be read.
CALL (at) {
  OPTIONAL MATCH ()-[e:INTERACTED]->() WHERE e.at > at - duration({seconds: 1})
  RETURN e IS NULL AS live LIMIT 1
}

// The model: one list a number, so that rows stay thin.
CALL () {
  MATCH (model:FusionModel)
  WHERE CASE WHEN $model IS NULL THEN model.serves = 'discover' ELSE model.name = $model END
  OPTIONAL MATCH (model)-[:HAS_UNIT]->(unit:HiddenUnit)
  WITH model, unit ORDER BY unit.index
  RETURN model.mean AS mean, model.scale AS scale, model.linear AS linear, model.bias AS bias,
    collect(unit.weights) AS unitWeights, collect(unit.bias) AS unitBias,
    collect(unit.output) AS unitOutput
}

// Own places, latest first. Decays are relative to the latest event, so that none can underflow.
CALL (user, at, until) {
  MATCH (user)-[e:INTERACTED]->(item) WHERE e.at.epochMillis < until
  WITH item, e.at AS t
  WITH item, count(*) AS visits, max(t) AS latest, collect(t.epochSeconds) AS times
  WITH item, visits, latest, latest.epochSeconds AS last, times ORDER BY last DESC, item
  WITH collect(item) AS own, collect(toFloat(visits)) AS visits, collect(last) AS lasts,
    collect(times) AS times, max(latest).timezone AS zone
  LET newest = lasts[0]
  LET recent = [last IN lasts | exp((last - newest) / 7776000.0)]
  RETURN own, visits, zone, recent, reduce(s = 0.0, r IN recent | s + r) AS recency,
    (at.epochSeconds - newest) / 86400.0 AS age,
    [ts IN times | reduce(s = 0.0, t IN ts | s + exp((t - newest) / 2592000.0))] AS lately
}

// The strongest own places with a location: where distances are measured from. A stranger is taken to
// live at the place nearest to `$here`.
CALL (own, here) {
  MATCH (item:Item) WHERE size(own) = 0 AND point.distance(item.location, here) < 1000
  WITH item ORDER BY point.distance(item.location, here), item.id LIMIT 1
  RETURN collect(item) AS beside
}
CALL (own, beside, visits, lately) {
  UNWIND range(0, size(own + beside) - 1) AS k
  WITH (own + beside)[k] AS h, log(1 + coalesce(visits[k], 1.0)) AS w0,
    coalesce(lately[k], 1.0) AS w30
  WHERE h.location IS NOT NULL
  WITH collect(h) AS hs, collect(w0) AS w0s, collect(w30) AS w30s, sum(w0) AS sum0,
    sum(w30) + 1e-300 AS sum30
  UNWIND range(0, size(hs) - 1) AS k
  WITH hs[k] AS h, w0s[k] / sum0 AS w0, w30s[k] / sum30 AS w30
  ORDER BY w0 + w30 DESC, h.id LIMIT 30
  RETURN collect(h.location) AS anchors, collect(coalesce(h.name, h.id)) AS anchorNames,
    collect(h.id) AS anchorIds, collect(w0) AS weights,
    collect(coalesce(w0 / h.gravity3, 0.0)) AS pull3,
    collect(coalesce(w30 / h.gravity1, 0.0)) AS pull1
}
LET strongest = coll.max(weights)
LET home = coalesce(here, anchors[coll.indexOf(weights, strongest)])

// The user's taste and the meaning of their latest places, folded from own items as they are now.
CALL (own, recent) {
  WITH [k IN range(0, size(own) - 1)[..200] WHERE own[k].taste IS NOT NULL | k] AS ks, own, recent
  WITH [k IN ks | own[k].taste] AS tastes, [k IN ks | recent[k] * own[k].idf] AS ws
  LET folded = [d IN range(0, coalesce(size(tastes[0]), 0) - 1) |
    reduce(s = 0.0, k IN range(0, size(ws) - 1) | s + ws[k] * tastes[k][d])]
  RETURN CASE WHEN any(x IN folded WHERE abs(x) > 1e-12) THEN folded END AS taste
}
CALL (own, recent) {
  UNWIND range(0, size(own) - 1)[..20] AS k
  WITH k, recent[k] AS w, own[k].embedding AS e WHERE any(x IN e WHERE x <> 0.0)
  WITH collect(k) AS ks, collect(w) AS ws, collect(e) AS es
  LET same = [k IN range(0, size(es) - 1) WHERE size(es[k]) = size(es[0])]
  LET folded = [d IN range(0, coalesce(size(es[0]), 0) - 1) |
    reduce(s = 0.0, k IN same | s + ws[k] * es[k][d])]
  RETURN CASE WHEN any(x IN folded WHERE abs(x) > 1e-12) THEN folded END AS profile,
    [k IN same | es[k]] AS texts, [k IN same | ks[k]] AS textOf
}

// The local hour: in the zone of the user's latest event, else of an event near `$here`, else as given.
CALL (here, zone, at) {
  OPTIONAL MATCH (item:Item)<-[e:INTERACTED]-(:User)
  WHERE zone IS NULL AND point.distance(item.location, here) < 3000
  WITH e LIMIT 1
  RETURN datetime({datetime: at, timezone: coalesce(zone, e.at.timezone, at.timezone)}).hour AS localHour
}

// How often the user turned to each category, on the narrow and on the broader level.
CALL (own) {
  UNWIND own AS h
  MATCH (h)-[:ABOUT]->(c:Interest {scheme: 'category'})
  WITH c, count(*) AS n
  RETURN collect(c) AS narrow, collect(n) AS narrowCounts
}
CALL (narrow, narrowCounts) {
  UNWIND range(0, size(narrow) - 1) AS k
  WITH narrow[k] AS c, narrowCounts[k] AS n
  OPTIONAL MATCH (c)-[:BROADER]->(b:Interest)
  WITH coalesce(b, c) AS b, sum(n) AS n
  RETURN collect(b) AS broad, collect(n) AS broadCounts
}

// Cells that matter for goods: around `$here` or `$place`, else where the user's own events were.
CALL (here) {
  MATCH (cell:Cell {resolution: 7}) WHERE point.distance(cell.center, here) < 3000
  RETURN collect(cell) AS around
}
CALL () {
  OPTIONAL MATCH (cell:Cell {id: 'place:' + $place})
  RETURN [c IN collect(cell) | c] AS named
}
CALL (user, until, around, named) {
  MATCH (user)-[e:INTERACTED]->()
  WHERE e.at.epochMillis < until AND e.cell IS NOT NULL AND size(around) + size(named) = 0
  WITH e.cell AS id, count(*) AS n ORDER BY n DESC LIMIT 20
  MATCH (cell:Cell {id: id})
  OPTIONAL MATCH (cell)-[:WITHIN]->(area:Cell {resolution: 7})
  WITH coalesce(area, cell) AS area, sum(n) AS n
  WITH collect(area) AS areas, collect(toFloat(n)) AS ns, sum(n) AS total
  RETURN areas, [n IN ns | n / total] AS areaShares
}
LET cells = CASE WHEN size(named) > 0 THEN named WHEN size(around) > 0 THEN around ELSE areas END
LET cellShares = CASE WHEN size(named) + size(around) > 0 THEN [c IN cells | 1.0] ELSE areaShares END

// Candidates, with what each source alone can say of them. Lists are sorted rather than rows: a sort of
// rows is charged for every list in scope, once a row.
CALL (user, until, live, here, own, recent, anchors, taste, profile, cells) {
  CALL (user, until, live, here, own, recent, anchors, taste, profile, cells) {
    UNWIND range(0, size(own) - 1)[..50] AS k
    WITH k, own[k] AS h, recent[k] AS r
    MATCH (h)-[c:CO_VISITED]->(item)
    WITH item, sum(r * c.count / (h.users + 5.0)) AS together, sum(r * c.ease) AS ease,
      max([r * c.count, k, c.count]) AS best
    WITH coll.sort(collect([-together - ease, item, together, ease, best]))[..150] AS ts
    UNWIND ts AS t
    RETURN t[1] AS item, t[2] AS together, t[3] AS ease, t[4] AS best, 0.0 AS similar, 0 AS votes
    UNION ALL
    MATCH (v:User) SEARCH v IN (VECTOR INDEX user_taste FOR taste LIMIT 51) SCORE AS s
    WITH v, 2 * s - 1 AS cosine WHERE cosine > 0 AND coalesce(v <> user, true)
    CALL (v, until, live) {
      MATCH (v)-[e:INTERACTED]->(item) WHERE live OR e.at.epochMillis < until
      RETURN DISTINCT item
    }
    WITH item, sum(cosine) AS similar, count(*) AS votes
    WITH coll.sort(collect([-similar, item, votes]))[..150] AS ts
    UNWIND ts AS t
    RETURN t[1] AS item, 0.0 AS together, 0.0 AS ease, null AS best, -t[0] AS similar, t[2] AS votes
    UNION ALL
    UNWIND anchors[..5] + [p IN [here] WHERE p IS NOT NULL] AS p
    MATCH (item:Item) WHERE point.distance(item.location, p) < 700
    WITH DISTINCT item
    WITH coll.sort(collect([-coalesce(item.attraction, 0.0), item]))[..100] AS ts
    UNWIND ts AS t
    RETURN t[1] AS item, 0.0 AS together, 0.0 AS ease, null AS best, 0.0 AS similar, 0 AS votes
    UNION ALL
    MATCH (item:Item) SEARCH item IN (VECTOR INDEX item_embedding FOR profile LIMIT 50)
    RETURN item, 0.0 AS together, 0.0 AS ease, null AS best, 0.0 AS similar, 0 AS votes
    UNION ALL
    WITH own[0] AS last
    MATCH (last)-[f:FOLLOWED_BY]->(item)
    WITH coll.sort(collect([-f.count, item]))[..50] AS ts
    UNWIND ts AS t
    RETURN t[1] AS item, 0.0 AS together, 0.0 AS ease, null AS best, 0.0 AS similar, 0 AS votes
    UNION ALL
    UNWIND cells[..5] AS cell
    MATCH (cell)<-[p:MOST_POPULAR_IN]-(item)
    WITH item, sum(p.count) AS n
    WITH coll.sort(collect([-n, item]))[..100] AS ts
    UNWIND ts AS t
    RETURN t[1] AS item, 0.0 AS together, 0.0 AS ease, null AS best, 0.0 AS similar, 0 AS votes
    UNION ALL
    MATCH (item:Item) WHERE item.attraction > 0.0
    WITH item ORDER BY item.attraction DESC LIMIT 60
    RETURN item, 0.0 AS together, 0.0 AS ease, null AS best, 0.0 AS similar, 0 AS votes
  }
  WITH item, sum(together) AS together, sum(ease) AS ease, sum(similar) AS similar,
    max(best) AS best, sum(votes) AS votes
  WHERE NOT item IN own AND coalesce(item.active, true)
    AND coalesce((item.location IS NOT NULL) = ($only = 'places'), true)
  RETURN collect(item) AS items, collect(together) AS togethers, collect(ease) AS eases,
    collect(similar) AS similars, collect([best, votes]) AS facts
}

// Features and scores; a list a candidate: [score, item, features, z, base, votes].
LET known = size(own) > 0
CALL (mean, scale, linear, bias, unitWeights, unitBias, unitOutput, own, age, recency, anchors, weights,
    pull3, pull1, home, profile, narrow, narrowCounts, broad, broadCounts, cells, cellShares,
    localHour, known,
    items, togethers, eases, similars, facts, taste) {
  UNWIND range(0, size(items) - 1) AS c
  LET item = items[c]
  CALL (item) {
    OPTIONAL MATCH (item)-[:ABOUT]->(found:Interest {scheme: 'category'})
    WITH found ORDER BY found.id LIMIT 1
    OPTIONAL MATCH (found)-[:BROADER]->(above:Interest)
    RETURN found AS kind, coalesce(above, found) AS kindAbove LIMIT 1
  }
  CALL (item, cells, cellShares) {
    MATCH (item)-[p:POPULAR_IN]->(cell) WHERE cell IN cells
    RETURN sum(p.count * cellShares[coll.indexOf(cells, cell)]) AS bought
  }
  LET location = item.location
  LET kms = [p IN anchors | point.distance(p, location) / 1000]
  LET embedding = item.embedding  // read once: half of a request is reading vectors
  LET last = size(anchors) - 1, n = size(own), reach = coll.max([item.reach, 0.05])
  LET liked = CASE WHEN kind IN narrow THEN narrowCounts[coll.indexOf(narrow, kind)] ELSE 0 END
  LET likedAbove = CASE WHEN kindAbove IN broad
    THEN broadCounts[coll.indexOf(broad, kindAbove)] ELSE 0 END
  LET near3 = reduce(s = 0.0, k IN range(0, last) | s + pull3[k] * exp(-kms[k] / 3))
  LET near1 = reduce(s = 0.0, k IN range(0, last) | s + pull1[k] * exp(-kms[k]))
  LET around = reduce(s = 0.0, k IN range(0, last) | s + weights[k] * exp(-kms[k] / reach))
  LET cosine = CASE WHEN size(embedding) = size(profile) AND any(v IN embedding WHERE v <> 0.0)
    THEN 2 * vector.similarity.cosine(embedding, profile) - 1 END
  LET x = [
    log(1.0 + item.users),
    log(1.0 + item.events),
    log(.05 + item.firstVisits7),
    log(.05 + item.firstVisits90),
    CASE WHEN kind.items > 0 THEN log(.05 + kind.firstVisits60 / kind.items) END,
    CASE WHEN n > 0 THEN log((liked + 5 * kind.share) / (n + 5) / kind.share) END,
    CASE WHEN n > 0
      THEN log((likedAbove + 5 * kindAbove.broadShare) / (n + 5) / kindAbove.broadShare) END,
    CASE WHEN last >= 0 THEN log(1e-6 + item.attraction * near3) END,
    CASE WHEN last >= 0 THEN log(1e-6 + item.attraction * near1) END,
    CASE WHEN last >= 0 THEN log(1e-4 + around) END,
    log(1.0 + item.density),
    -log(point.distance(home, location) / 1000 + .1),
    -log(coll.min(kms) + .05),
    CASE WHEN taste IS NOT NULL THEN log(.02 + similars[c]) END,
    CASE WHEN n > 0 THEN log(1e-3 + togethers[c] / recency) END,
    CASE WHEN n > 0 THEN eases[c] * exp(-age / 90) END,
    CASE WHEN size(cells) > 0 AND location IS NULL THEN log(.05 + bought) END,
    cosine,
    CASE WHEN known AND location IS NULL THEN log(.05 + item.hours[localHour]) END,
    CASE WHEN NOT known THEN log(.05 + item.hours[localHour]) END,
    (log(1.0 + n) - 3.3) / .8
  ]
  LET z = [k IN range(0, 20) | coalesce((x[k] - mean[k]) / scale[k], 0.0)]
  LET v = vector(z, 21, FLOAT64)
  LET active = [j IN range(0, size(unitBias) - 1)
    WHERE unitBias[j] - vector_distance(v, vector(unitWeights[j], 21, FLOAT64), DOT) > 0]
  LET score = bias - vector_distance(v, vector(linear, 21, FLOAT64), DOT) + reduce(s = 0.0, j IN active |
    s + unitOutput[j] * (unitBias[j] - vector_distance(v, vector(unitWeights[j], 21, FLOAT64), DOT)))
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
  popularity: t[0], events: t[1], rising7: t[2], rising90: t[3], categoryRate: t[4],
  category: t[5], broaderCategory: t[6], huff3: t[7], huff1: t[8], reach: t[9], density: t[10],
  home: t[11], nearest: t[12], similarUsers: t[13], coVisited: t[14], ease: t[15],
  localPopularity: t[16], meaning: t[17], hour: t[18], strangerHour: t[19], maturity: t[20]
} END
CALL (explain, item, found, kind, here, own, anchors, anchorIds, anchorNames, narrow, narrowCounts,
    cells, texts, textOf) {
  WHEN explain THEN {
    LET best = found[5][0], votes = found[5][1], last = own[0]
    LET nearest = coll.min([k IN range(0, size(anchors) - 1) |
      [point.distance(anchors[k], item.location) / 1000, k]])
    LET embedding = item.embedding
    LET alike = CASE WHEN size(embedding) = size(texts[0]) AND any(v IN embedding WHERE v <> 0.0)
      THEN coll.max([k IN range(0, size(texts) - 1) |
        [2 * vector.similarity.cosine(texts[k], embedding) - 1, textOf[k]]]) END
    OPTIONAL MATCH (last)-[f:FOLLOWED_BY]->(item)
    CALL (item, cells) {
      OPTIONAL MATCH (item)-[p:POPULAR_IN]->(cell) WHERE cell IN cells
      RETURN max([p.count, coalesce(cell.name, cell.id)]) AS area
    }
    RETURN [reason IN [
      CASE WHEN best IS NOT NULL THEN {reason: 'coVisited', id: own[best[1]].id,
        name: own[best[1]].name, count: best[2]} END,
      CASE WHEN votes > 0 THEN {reason: 'similarUsers', count: votes} END,
      CASE WHEN f IS NOT NULL THEN {reason: 'followedBy', id: last.id, name: last.name,
        count: f.count} END,
      CASE WHEN nearest[0] IS NOT NULL THEN {reason: 'near', id: anchorIds[nearest[1]],
        name: anchorNames[nearest[1]], km: nearest[0]} END,
      CASE WHEN here IS NOT NULL AND item.location IS NOT NULL THEN {reason: 'here',
        km: point.distance(here, item.location) / 1000} END,
      CASE WHEN kind IN narrow THEN {reason: 'interest', id: kind.id, name: kind.name,
        count: narrowCounts[coll.indexOf(narrow, kind)]} END,
      CASE WHEN alike IS NOT NULL THEN {reason: 'meaning', id: own[alike[1]].id,
        name: own[alike[1]].name, cosine: alike[0]} END,
      CASE WHEN area[0] IS NOT NULL THEN {reason: 'local', name: area[1], count: area[0]} END,
      CASE WHEN item.users > 0 THEN {reason: 'popular', count: item.users} END
    ] WHERE reason IS NOT NULL] AS because
  }
  ELSE { RETURN null AS because }
}
RETURN item.id AS id, item.name AS name, kind.name AS category, item.location AS location,
  score, base, x AS features, terms, because, derivation.asOf AS asOf
ORDER BY score DESC, id
