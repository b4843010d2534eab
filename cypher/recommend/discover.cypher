// Recommend items that are new to the user and that they may like.
//
// Candidates come from seven sources, which `because` names: item-to-item (what was co-visited with
// the user's own items), user-to-user (the users nearest in taste), nearby (the surroundings of their
// places and of `$here`), content (text like that of their latest items), next (the transitions of
// the last item), local (what is popular in their cells), and non-personalized (what is rising
// anywhere). What the user knows already and what is not active is left out.
//
// Each candidate gets the features named below. The fusion model of the graph turns them into
// z = (x - mean) / scale and scores bias + linear·z + Σ output·max(0, weights·z + bias) over its
// hidden units. That is piecewise linear: `base` plus the share of each feature is the score exactly.
// The weights of the model are aligned to the names of the features once a request: a feature that
// the model lacks weighs 0, a model that knows other features is refused.
//
// A feature that cannot be computed (no location, no embedding, an item recorded a second ago) is
// null and counts as its mean: z = 0. A user without history is ranked by what is popular near
// `$here` at this hour. Events at or after `$at` do not count; the statistics across users stand as
// of `asOf`, the older of two moments while they are `partial`.
//
// In the formulas: h own items with a location, the 30 strongest; d(a, b) kilometres; visits(h) the
// user's events there, age in days; w0(h) = log(1 + visits) and w30(h) = Σ exp(-age / 30), each of
// sum 1; r(h) = exp(-age of the last event / 90), relative to the user's newest event; A(j) =
// attraction, .05 + Σ first visits · exp(-age / 90). First visits are users' first events at an item.
//
// @mode read
// @param user    STRING = null               the user's id; null or an unknown one: a stranger
// @param at      ZONED DATETIME = datetime()  the moment; it may come in any zone
// @param here    POINT = null                where the user is; else their most visited place counts
// @param place   STRING = null               the name of a place, where places have no coordinates
// @param only    STRING = null               'places' with a location, 'goods' without; null: both
// @param k       INTEGER = 20                how many
// @param terms   INTEGER = 12                how many features are told of each, the strongest
// @param explain BOOLEAN = true              false leaves `terms`, `rest` and `because` null
// @param model   STRING = null               a fusion model by its name; null: the one in use
// @returns id STRING, name STRING, category STRING, location POINT, score FLOAT, base FLOAT,
//     features LIST<FLOAT>, terms LIST<MAP>, rest FLOAT, because LIST<MAP>, model STRING,
//     asOf ZONED DATETIME, partial BOOLEAN
// @feature popularity      G+  log(1 + distinct users)
// @feature events          G+  log(1 + events)
// @feature rising7         T+  log(.05 + Σ first visits · exp(-age / 7))
// @feature rising90        T+  log(.05 + Σ first visits · exp(-age / 90))
// @feature categoryRate    T+  log(.05 + Σ first visits in the category · exp(-age / 60) / items of it)
// @feature category        G+  log((n_c + 5 p_c) / (n + 5) / p_c), n_c own items of the category, p_c its share of all first visits
// @feature broaderCategory G+  as category, for the broader one
// @feature huff3           T+  log(1e-6 + A Σ_h w0(h) exp(-d / 3) / Σ_j A(j) exp(-d(h, j) / 3))  (Huff, 1963)
// @feature huff1           T+  log(1e-6 + A Σ_h w30(h) exp(-d) / Σ_j A(j) exp(-d(h, j)))  (Huff, 1963)
// @feature reach           T+  log(1e-4 + Σ_h w0(h) exp(-d / max(reach, .05))), reach the distance to the 20th neighbour
// @feature density         T   log(1 + visited items within 300 m)
// @feature home            T+  -log(d + .1) from `$here`, else from the most visited place
// @feature nearest         T+  -log(d + .05) from the nearest own place
// @feature similarUsers    G+  log(.02 + Σ cos of the 50 users nearest in taste who were there)
// @feature coVisited       G+  log(1e-3 + Σ_h r(h) users of both / (users of h + 5) / Σ_h r(h))
// @feature ease            G+  Σ_h r(h) EASE(h, j) · exp(-age of the newest event / 90)  (Steck, 2019)
// @feature localPopularity T+  log(.05 + decayed events in the cells around `$here`, of `$place`, or of the user), goods only
// @feature meaning         L+  cos(text, Σ r(h) text(h)) over the 20 latest own items
// @feature hour            T+  log(.05 + share of the item's events at this hour, times 24), goods only
// @feature strangerHour    T+  as hour, of all items, for a user without history
// @feature maturity        G   (log(1 + own items) - 3.3) / .8
// @plan NodeUniqueIndexSeek, NodeIndexSeekByRange, NodeVectorIndexSearch
CYPHER 25
// region parameters
LET fault = CASE
  WHEN NOT ($user IS NULL OR $user IS :: STRING) THEN 'user has to be a STRING, it is ' + valueType($user)
  WHEN NOT ($at IS NULL OR $at IS :: ZONED DATETIME) THEN 'at has to be a ZONED DATETIME, it is ' + valueType($at)
  WHEN NOT ($here IS NULL OR $here IS :: POINT) THEN 'here has to be a POINT, it is ' + valueType($here)
  WHEN NOT toStringOrNull($here) CONTAINS "crs: 'wgs-84'" THEN 'here has to be a POINT of longitude and latitude'
  WHEN NOT ($only IS NULL OR $only IN ['places', 'goods']) THEN "only has to be 'places' or 'goods'"
  WHEN NOT ($k IS NULL OR $k IS :: INTEGER | FLOAT) THEN 'k has to be an INTEGER, it is ' + valueType($k)
  WHEN NOT ($terms IS NULL OR $terms IS :: INTEGER | FLOAT) THEN 'terms has to be an INTEGER, it is ' + valueType($terms)
  WHEN NOT ($explain IS NULL OR $explain IS :: BOOLEAN) THEN 'explain has to be a BOOLEAN, it is ' + valueType($explain)
  WHEN NOT ($model IS NULL OR $model IS :: STRING) THEN 'model has to be a STRING, it is ' + valueType($model)
END
// Cypher cannot raise an error; a text that is no date does, and shows it.
FILTER CASE WHEN fault IS NULL THEN true ELSE date(fault) IS NULL END
LET at = coalesce($at, datetime()), here = $here, explain = coalesce($explain, true)
LET until = at.epochMillis  // instants are compared: of two zones' datetimes one is always less
OPTIONAL MATCH (user:User {id: $user})
OPTIONAL MATCH (derivation:Derivation {name: 'statistics'})
// endregion
FILTER CASE WHEN $place IS NULL OR $place IS :: STRING THEN true
  ELSE date('place has to be a STRING, it is ' + valueType($place)) IS NULL END
// When no event is nearly as late as the moment, the times of other users' events need not be read.
CALL (at) {
  OPTIONAL MATCH ()-[e:INTERACTED]->() WHERE e.at > at - duration({seconds: 1})
  RETURN e IS NULL AS live LIMIT 1
}

// 1. The history: own items, latest first. Decays are relative to the latest event, so that none can
// underflow.
CALL (user, at, until) {
  MATCH (user)-[e:INTERACTED]->(item) WHERE e.at.epochMillis < until
  WITH item, e.at AS t
  WITH item, count(*) AS visits, max(t) AS latest, collect(t.epochSeconds) AS times
  WITH item, visits, latest, latest.epochSeconds AS last, times ORDER BY last DESC, item
  WITH collect(item) AS items, collect(toFloat(visits)) AS visits, collect(last) AS lasts,
    collect(times) AS times, max(latest).timezone AS zone
  LET newest = lasts[0]
  LET recent = [last IN lasts | exp((last - newest) / 7776000.0)]
  RETURN {items: items, visits: visits, zone: zone, recent: recent,
    recency: reduce(s = 0.0, r IN recent | s + r), age: (at.epochSeconds - newest) / 86400.0,
    lately: [ts IN times | reduce(s = 0.0, t IN ts | s + exp((t - newest) / 2592000.0))]} AS history
}
// region categories
// How often the user turned to each category, on the narrow and on the broader level.
CALL (history) {
  UNWIND history.items AS h
  MATCH (h)-[:ABOUT]->(c:Interest {scheme: 'category'})
  WITH c, count(*) AS n
  WITH collect(c) AS narrow, collect(n) AS counts
  CALL (narrow, counts) {
    UNWIND range(0, size(narrow) - 1) AS k
    WITH narrow[k] AS c, counts[k] AS n
    OPTIONAL MATCH (c)-[:BROADER]->(b:Interest)
    WITH coalesce(b, c) AS b, sum(n) AS n
    RETURN collect(b) AS broad, collect(n) AS broadCounts
  }
  RETURN {narrow: narrow, counts: counts, broad: broad, broadCounts: broadCounts} AS categories
}
// endregion

// 2. The context: places, taste, meaning, the hour, and cells.
// The strongest own places with a location: where distances are measured from. A stranger is taken to
// live at the place nearest to `$here`.
CALL (history, here) {
  MATCH (item:Item) WHERE size(history.items) = 0 AND point.distance(item.location, here) < 1000
  WITH item ORDER BY point.distance(item.location, here), item.id LIMIT 1
  RETURN collect(item) AS beside
}
CALL (history, beside) {
  LET visits = history.visits, lately = history.lately, own = history.items + beside
  UNWIND range(0, size(own) - 1) AS k
  WITH own[k] AS h, log(1 + coalesce(visits[k], 1.0)) AS w0, coalesce(lately[k], 1.0) AS w30
  WHERE h.location IS NOT NULL
  WITH collect(h) AS hs, collect(w0) AS w0s, collect(w30) AS w30s, sum(w0) AS sum0,
    sum(w30) + 1e-300 AS sum30
  LET ranks = coll.sort([k IN range(0, size(hs) - 1) | [-w0s[k] / sum0 - w30s[k] / sum30, hs[k].id, k]])
  LET ks = [rank IN ranks[..30] | rank[2]]
  RETURN {points: [k IN ks | hs[k].location], names: [k IN ks | coalesce(hs[k].name, hs[k].id)],
    ids: [k IN ks | hs[k].id], weights: [k IN ks | w0s[k] / sum0],
    pull3: [k IN ks | coalesce(w0s[k] / sum0 / hs[k].gravity3, 0.0)],
    pull1: [k IN ks | coalesce(w30s[k] / sum30 / hs[k].gravity1, 0.0)]} AS places
}
LET home = coalesce(here, places.points[coll.indexOf(places.weights, coll.max(places.weights))])
// region taste
// The user's taste, folded from own items as they are now.
CALL (history) {
  LET own = history.items, recent = history.recent
  WITH [k IN range(0, size(own) - 1)[..200] WHERE own[k].taste IS NOT NULL | k] AS ks, own, recent
  WITH [k IN ks | own[k].taste] AS tastes, [k IN ks | recent[k] * own[k].idf] AS ws
  LET folded = [d IN range(0, coalesce(size(tastes[0]), 0) - 1) |
    reduce(s = 0.0, k IN range(0, size(ws) - 1) | s + ws[k] * tastes[k][d])]
  RETURN CASE WHEN any(x IN folded WHERE abs(x) > 1e-12) THEN folded END AS taste
}
// endregion
// region meaning
// The meaning of the user's latest items: the mean of their texts, and each of them.
CALL (history) {
  LET own = history.items, recent = history.recent
  UNWIND range(0, size(own) - 1)[..20] AS k
  WITH own[k] AS item, recent[k] AS w, own[k].embedding AS e WHERE any(x IN e WHERE x <> 0.0)
  WITH collect(item) AS items, collect(w) AS ws, collect(e) AS es
  LET same = [k IN range(0, size(es) - 1) WHERE size(es[k]) = size(es[0])]
  LET folded = [d IN range(0, coalesce(size(es[0]), 0) - 1) |
    reduce(s = 0.0, k IN same | s + ws[k] * es[k][d])]
  RETURN CASE WHEN any(x IN folded WHERE abs(x) > 1e-12) THEN folded END AS meaning,
    {items: [k IN same | items[k]], vectors: [k IN same | es[k]]} AS texts
}
// endregion
// The local hour: in the zone of the user's latest event, else of an event near `$here`, else as given.
CALL (here, history, at) {
  OPTIONAL MATCH (item:Item)<-[e:INTERACTED]-(:User)
  WHERE history.zone IS NULL AND point.distance(item.location, here) < 3000
  WITH e, history.zone AS zone, at LIMIT 1
  LET local = datetime({datetime: at, timezone: coalesce(zone, e.at.timezone, at.timezone)})
  RETURN local.hour AS localHour
}
// Cells that matter for goods: of `$place`, else around `$here`, else where the user's own events were.
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

// 3. Candidates: each source ranks what it finds, [rank, item, what it alone can say of it]; own items and
// those that are not allowed are left out before its best are taken, so that others take their places.
// Lists are sorted rather than rows: a sort of rows is charged for every list in scope, once a row.
CALL (user, until, live, here, history, places, taste, meaning, cells) {
  CALL (user, until, live, here, history, places, taste, meaning, cells) {
    CALL (user, until, live, here, history, places, taste, meaning, cells) {
      LET own = history.items, recent = history.recent
      UNWIND range(0, size(own) - 1)[..50] AS k
      WITH k, own[k] AS h, recent[k] AS r
      MATCH (h)-[c:CO_VISITED]->(item)
      WITH item, sum(r * c.count / (h.users + 5.0)) AS together, sum(r * c.ease) AS ease,
        max([r * c.count, k, c.count]) AS link
      RETURN 'item-to-item' AS source, 150 AS quota, coll.sort(collect([-together - ease, item,
        {together: together, ease: ease, link: link}])) AS found
      UNION ALL
      MATCH (v:User) SEARCH v IN (VECTOR INDEX user_taste FOR taste LIMIT 51) SCORE AS s
      WITH v, 2 * s - 1 AS cosine WHERE cosine > 0 AND coalesce(v <> user, true)
      CALL (v, until, live) {
        MATCH (v)-[e:INTERACTED]->(item) WHERE live OR e.at.epochMillis < until
        RETURN DISTINCT item
      }
      WITH item, sum(cosine) AS similar, count(*) AS votes
      RETURN 'user-to-user' AS source, 150 AS quota, coll.sort(collect([-similar, item,
        {similar: similar, votes: votes}])) AS found
      UNION ALL
      UNWIND places.points[..5] + [p IN [here] WHERE p IS NOT NULL] AS p
      MATCH (item:Item) WHERE point.distance(item.location, p) < 700
      WITH DISTINCT item
      RETURN 'nearby' AS source, 100 AS quota,
        coll.sort(collect([-coalesce(item.attraction, 0.0), item, {}])) AS found
      UNION ALL
      MATCH (item:Item) SEARCH item IN (VECTOR INDEX item_embedding FOR meaning LIMIT 100) SCORE AS s
      RETURN 'content' AS source, 50 AS quota, coll.sort(collect([-s, item, {}])) AS found
      UNION ALL
      WITH history.items[0] AS last
      MATCH (last)-[f:FOLLOWED_BY]->(item)
      RETURN 'next' AS source, 50 AS quota, coll.sort(collect([-f.count, item, {}])) AS found
      UNION ALL
      UNWIND cells[..5] AS cell
      MATCH (cell)<-[p:MOST_POPULAR_IN]-(item)
      WITH item, sum(p.count) AS n
      RETURN 'local' AS source, 100 AS quota, coll.sort(collect([-n, item, {}])) AS found
    }
    CALL (history, found, quota) {
      UNWIND found AS entry
      WITH entry, entry[1] AS item WHERE NOT item IN history.items AND coalesce(item.active, true)
        AND ($only IS NULL OR $only = 'places' XOR item.location IS NULL)
      LIMIT 150
      RETURN collect(entry)[..quota] AS best
    }
    UNWIND best AS entry
    RETURN source, entry[1] AS item, entry[2] AS said
    UNION ALL
    // Of what is rising anywhere, as many as are asked for.
    MATCH (item:Item) WHERE item.attraction > 0.0
      AND NOT item IN history.items AND coalesce(item.active, true)
      AND ($only IS NULL OR $only = 'places' XOR item.location IS NULL)
    WITH item ORDER BY item.attraction DESC LIMIT toInteger(coll.max([60, coalesce($k, 20)]))
    RETURN 'non-personalized' AS source, item, {} AS said
  }
  WITH item, collect(source) AS sources, sum(said.together) AS together, sum(said.ease) AS ease,
    sum(said.similar) AS similar, sum(said.votes) AS votes, max(said.link) AS link
  RETURN collect({item: item, sources: sources, together: together, ease: ease, similar: similar,
    votes: votes, own: link[1], users: link[2]}) AS known
}
// What `derive` has not seen fills up what is missing.
CALL (history, known) {
  WHEN size(known) < coalesce($k, 20) THEN {
    MATCH (item:Item) WHERE item.attraction IS NULL
      AND NOT item IN history.items AND NOT item IN [c IN known | c.item] AND coalesce(item.active, true)
      AND ($only IS NULL OR $only = 'places' XOR item.location IS NULL)
    WITH item LIMIT toInteger(coalesce($k, 20))
    RETURN collect({item: item, sources: ['non-personalized'], together: 0.0, ease: 0.0, similar: 0.0,
      votes: 0}) AS unseen
  }
  ELSE { RETURN [] AS unseen }
}
LET candidates = known + unseen

// 4. The model in use: after what is sorted, for a sort is charged for all that is in scope, once a row.
LET task = 'discover', features = [
  'popularity', 'events', 'rising7', 'rising90', 'categoryRate', 'category', 'broaderCategory',
  'huff3', 'huff1', 'reach', 'density', 'home', 'nearest', 'similarUsers', 'coVisited', 'ease',
  'localPopularity', 'meaning', 'hour', 'strangerHour', 'maturity'
]
// region model
CALL (task, features) {
  OPTIONAL MATCH (model:FusionModel)
  WHERE CASE WHEN $model IS NULL THEN model.serves = task ELSE model.name = $model END
  LET unknown = [name IN model.features WHERE NOT name IN features]
  LET fault = CASE
    WHEN model IS NULL THEN coalesce("there is no fusion model '" + $model + "'",
      'no fusion model is in use for ' + task)
    WHEN model.task <> task THEN "the model '" + model.name + "' is of " + model.task + ', not of ' + task
    WHEN size(unknown) > 0 THEN "the model '" + model.name + "' weighs the feature '" + unknown[0] +
      "', which this version of the query does not compute"
    WHEN coalesce(model.normalisation, 'training') <> 'training' THEN "the model '" + model.name +
      "' was learned on features normalised by " + model.normalisation + ', this query has them by training'
  END
  FILTER CASE WHEN fault IS NULL THEN true ELSE date(fault) IS NULL END
  LET places = [name IN features | coll.indexOf(model.features, name)]
  OPTIONAL MATCH (model)-[:HAS_UNIT]->(unit:HiddenUnit)
  LET all = unit.weights
  LET weights = [p IN places | CASE WHEN p < 0 THEN 0.0 ELSE all[p] END]
  WITH model, places, unit, weights ORDER BY unit.index
  WITH model, places, collect(CASE WHEN unit IS NOT NULL THEN {bias: unit.bias, output: unit.output,
    weights: weights, vector: vector(weights, size(weights), FLOAT64)} END) AS units
  LET all = model.linear, means = model.mean, scales = model.scale
  LET linear = [p IN places | CASE WHEN p < 0 THEN 0.0 ELSE all[p] END]
  RETURN {name: model.name, bias: model.bias, units: units, linear: linear,
    vector: vector(linear, size(linear), FLOAT64),
    mean: [p IN places | CASE WHEN p < 0 THEN 0.0 ELSE means[p] END],
    scale: [p IN places | CASE WHEN p < 0 THEN 1.0 ELSE scales[p] END]} AS model
}
// endregion

// 5. Features and scores.
CALL (model, history, categories, places, home, taste, meaning, localHour, cells, cellShares, candidates) {
  LET mean = model.mean, scale = model.scale, units = model.units,
    n = size(history.items), last = size(places.points) - 1,
    points = places.points, pull3 = places.pull3, pull1 = places.pull1, weights = places.weights
  UNWIND range(0, size(candidates) - 1) AS place
  LET candidate = candidates[place]
  LET item = candidate.item
  // region category
  CALL (item) {
    OPTIONAL MATCH (item)-[:ABOUT]->(found:Interest {scheme: 'category'})
    WITH found ORDER BY found.id LIMIT 1
    OPTIONAL MATCH (found)-[:BROADER]->(above:Interest)
    RETURN found AS category, coalesce(above, found) AS broader LIMIT 1
  }
  LET liked = CASE WHEN category IN categories.narrow
    THEN categories.counts[coll.indexOf(categories.narrow, category)] ELSE 0 END,
    likedAbove = CASE WHEN broader IN categories.broad
    THEN categories.broadCounts[coll.indexOf(categories.broad, broader)] ELSE 0 END
  // endregion
  CALL (item, cells, cellShares) {
    MATCH (item)-[p:POPULAR_IN]->(cell) WHERE cell IN cells
    RETURN sum(p.count * cellShares[coll.indexOf(cells, cell)]) AS bought
  }
  LET location = item.location, reach = coll.max([item.reach, 0.05])
  LET kms = [p IN points | point.distance(p, location) / 1000]
  LET embedding = item.embedding  // read once: half of a request is reading vectors
  LET near3 = reduce(s = 0.0, k IN range(0, last) | s + pull3[k] * exp(-kms[k] / 3)),
    near1 = reduce(s = 0.0, k IN range(0, last) | s + pull1[k] * exp(-kms[k])),
    around = reduce(s = 0.0, k IN range(0, last) | s + weights[k] * exp(-kms[k] / reach)),
    cosine = CASE WHEN size(embedding) = size(meaning) AND any(v IN embedding WHERE v <> 0.0)
    THEN 2 * vector.similarity.cosine(embedding, meaning) - 1 END
  LET x = [
    log(1.0 + item.users),
    log(1.0 + item.events),
    log(.05 + item.firstVisits7),
    log(.05 + item.firstVisits90),
    CASE WHEN category.items > 0 THEN log(.05 + category.firstVisits60 / category.items) END,
    CASE WHEN n > 0 THEN log((liked + 5 * category.share) / (n + 5) / category.share) END,
    CASE WHEN n > 0
      THEN log((likedAbove + 5 * broader.broadShare) / (n + 5) / broader.broadShare) END,
    CASE WHEN last >= 0 THEN log(1e-6 + item.attraction * near3) END,
    CASE WHEN last >= 0 THEN log(1e-6 + item.attraction * near1) END,
    CASE WHEN last >= 0 THEN log(1e-4 + around) END,
    log(1.0 + item.density),
    -log(point.distance(home, location) / 1000 + .1),
    -log(coll.min(kms) + .05),
    CASE WHEN taste IS NOT NULL THEN log(.02 + candidate.similar) END,
    CASE WHEN n > 0 THEN log(1e-3 + candidate.together / history.recency) END,
    CASE WHEN n > 0 THEN candidate.ease * exp(-history.age / 90) END,
    CASE WHEN size(cells) > 0 AND location IS NULL THEN log(.05 + bought) END,
    cosine,
    CASE WHEN n > 0 AND location IS NULL THEN log(.05 + item.hours[localHour]) END,
    CASE WHEN n = 0 THEN log(.05 + item.hours[localHour]) END,
    (log(1.0 + n) - 3.3) / .8
  ]
  // region score
  // vector_distance rounds to single precision: good enough to rank with, not for sums that are checked.
  LET z = [f IN range(0, size(x) - 1) | coalesce((x[f] - mean[f]) / scale[f], 0.0)]
  LET v = vector(z, size(z), FLOAT64)
  LET active = [j IN range(0, size(units) - 1)
    WHERE units[j].bias - vector_distance(v, units[j].vector, DOT) > 0]
  LET score = model.bias - vector_distance(v, model.vector, DOT) + reduce(s = 0.0, j IN active |
    s + units[j].output * (units[j].bias - vector_distance(v, units[j].vector, DOT)))
  RETURN collect({score: score, item: item, category: category, x: x, z: z, active: active,
    place: place}) AS scored
  // endregion
}

// 6. The best of them, and why.
// region best
LET ranks = coll.sort([c IN range(0, size(scored) - 1) | [-scored[c].score, scored[c].item.id, c]])
UNWIND [rank IN ranks[..toInteger(coalesce($k, 20))] | scored[rank[2]]] AS best
LET item = best.item, category = best.category, x = best.x, z = best.z
LET candidate = candidates[best.place], active = [j IN best.active | model.units[j]], linear = model.linear
LET base = model.bias + reduce(s = 0.0, unit IN active | s + unit.output * unit.bias)
LET shares = [f IN range(0, size(x) - 1) | z[f] * (linear[f] +
  reduce(s = 0.0, unit IN active | s + unit.output * unit.weights[f]))]
LET score = reduce(s = base, share IN shares | s + share), count = toInteger(coalesce($terms, 12))
// The strongest shares: numbers are sorted to find how strong a share has to be, lists of those alone.
LET bar = CASE WHEN explain THEN coalesce(coll.sort([share IN shares | -abs(share)])[count - 1], 0.0) END
LET strongest = coll.sort([f IN range(0, size(x) - 1) WHERE -abs(shares[f]) <= bar | [-abs(shares[f]), f]])
LET terms = CASE WHEN explain
  THEN [s IN strongest[..count] | {feature: features[s[1]], value: x[s[1]], share: shares[s[1]]}] END
LET rest = reduce(s = score - base, term IN terms | s - term.share)
// endregion
CALL (explain, item, candidate, category, here, history, places, categories, cells, texts) {
  WHEN explain THEN {
    LET last = history.items[0], own = history.items[candidate.own]
    // region nearest
    LET kms = [p IN places.points | point.distance(p, item.location) / 1000], embedding = item.embedding
    LET km = coll.min(kms), vectors = texts.vectors
    LET nearest = coll.indexOf(kms, km)
    LET cosines = CASE WHEN size(embedding) = size(vectors[0]) AND any(v IN embedding WHERE v <> 0.0)
      THEN [v IN vectors | 2 * vector.similarity.cosine(v, embedding) - 1] END
    LET cosine = coll.max(cosines)
    LET alike = texts.items[coll.indexOf(cosines, cosine)]
    // endregion
    OPTIONAL MATCH (last)-[f:FOLLOWED_BY]->(item)
    CALL (item, cells) {
      OPTIONAL MATCH (item)-[p:POPULAR_IN]->(cell) WHERE cell IN cells
      RETURN coalesce(cell.name, cell.id) AS area, p.count AS bought ORDER BY bought DESC, area LIMIT 1
    }
    RETURN [reason IN [
      {reason: 'candidate', sources: candidate.sources},
      CASE WHEN own IS NOT NULL THEN {reason: 'coVisited', id: own.id, name: own.name,
        count: candidate.users} END,
      CASE WHEN candidate.votes > 0 THEN {reason: 'similarUsers', count: candidate.votes} END,
      CASE WHEN f IS NOT NULL THEN {reason: 'followedBy', id: last.id, name: last.name,
        count: f.count} END,
      CASE WHEN km IS NOT NULL THEN {reason: 'near', id: places.ids[nearest],
        name: places.names[nearest], km: km} END,
      CASE WHEN here IS NOT NULL AND item.location IS NOT NULL THEN {reason: 'here',
        km: point.distance(here, item.location) / 1000} END,
      CASE WHEN category IN categories.narrow THEN {reason: 'interest', id: category.id,
        name: category.name, count: categories.counts[coll.indexOf(categories.narrow, category)]} END,
      CASE WHEN alike IS NOT NULL THEN {reason: 'meaning', id: alike.id, name: alike.name,
        cosine: cosine} END,
      CASE WHEN bought IS NOT NULL THEN {reason: 'local', name: area, count: bought} END,
      CASE WHEN item.users > 0 THEN {reason: 'popular', count: item.users} END
    ] WHERE reason IS NOT NULL] AS because
  }
  ELSE { RETURN null AS because }
}
RETURN item.id AS id, item.name AS name, category.name AS category, item.location AS location,
  score, base, x AS features, terms, rest, because, model.name AS model, derivation.asOf AS asOf,
  derivation.parameters IS NOT NULL AND derivation.finishedAt IS NULL AS partial
ORDER BY score DESC, id
