// Recommend items that nobody has been at yet: what is new, for a user.
//
// New is what had no event when the statistics were derived, or was recorded later. Nothing is known
// of such an item but its place, its category and its text. Candidates come from three sources, which
// `because` names: non-personalized (all that have no users), nearby (the surroundings of `$here` and
// of the user's places), and content (text like that of the user's latest items).
//
// Each candidate gets the features named below. The fusion model of the graph turns them into
// z = (x - mean) / scale and scores bias + linear·z + Σ output·max(0, weights·z + bias) over its
// hidden units: `base` plus the share of each feature is the score exactly. The weights of the model
// are aligned to the names of the features once a request: a feature that the model lacks weighs 0, a
// model that knows other features is refused.
//
// Goods, which have no location, are told apart by category and text alone: these have features of
// their own there, so that what distance leaves to text on places says nothing of goods.
//
// A feature that cannot be computed (no location, no embedding, no history) is null and counts as
// its mean: z = 0. Events at or after `$at` do not count; the statistics across users stand as of
// `asOf`, the older of two moments while they are `partial`.
//
// In the formulas: h own items with a location, the 30 strongest; d(a, b) kilometres; w(h) = log(1 +
// the user's events there), of sum 1; A(j) = attraction, .05 + Σ first visits · exp(-age / 90).
//
// @mode read
// @param user    STRING = null               the user's id; for null or an unknown one `$here` alone counts
// @param at      ZONED DATETIME = datetime()  the moment; it may come in any zone
// @param here    POINT = null                where the user is; else their most visited place counts
// @param only    STRING = null               'places' with a location, 'goods' without; null: both
// @param k       INTEGER = 20                how many
// @param terms   INTEGER = 12                how many features are told of each, the strongest
// @param explain BOOLEAN = true              false leaves `terms`, `rest` and `because` null
// @param model   STRING = null               a fusion model by its name; null: the one in use
// @returns id STRING, name STRING, category STRING, location POINT, score FLOAT, base FLOAT,
//     features LIST<FLOAT>, terms LIST<MAP>, rest FLOAT, because LIST<MAP>, model STRING,
//     asOf ZONED DATETIME, partial BOOLEAN
// @feature home            T+  -log(d + .1) from `$here`, else from the most visited place
// @feature near03          T+  log(1e-3 + Σ_h w(h) exp(-d / .3))
// @feature near1           T+  log(1e-3 + Σ_h w(h) exp(-d))
// @feature near3           T+  log(1e-3 + Σ_h w(h) exp(-d / 3))
// @feature density         T   log(1 + visited items within 300 m)
// @feature busy1           T   log(Σ_j A(j) exp(-d)) over the visited items j
// @feature busy3           T   log(Σ_j A(j) exp(-d / 3)) over the visited items j
// @feature categoryRate    T+  log(.05 + Σ first visits in the category · exp(-age / 60) / items of it)
// @feature category        G+  log((n_c + 5 p_c) / (n + 5) / p_c), n_c own items of the category, p_c its share of all first visits; places only
// @feature broaderCategory G+  as category, for the broader one
// @feature goodsCategory   G+  as category, goods only
// @feature meaning         L+  cos(text, Σ r(h) text(h)) over the 20 latest own items, r = exp(-age / 90); places only
// @feature alike           L+  max cos(text, text(h)) over the 20 latest own items; places only
// @feature goodsMeaning    L+  as meaning, goods only
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

// 1. The history: own items, latest first.
CALL (user, until) {
  MATCH (user)-[e:INTERACTED]->(item) WHERE e.at.epochMillis < until
  WITH item, count(*) AS visits, max(e.at.epochMillis) AS last ORDER BY last DESC, item
  WITH collect(item) AS items, collect(log(1.0 + visits)) AS strengths, collect(last) AS lasts
  RETURN {items: items, strengths: strengths,
    recent: [last IN lasts | exp((last - lasts[0]) / 7776000000.0)]} AS history
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

// 2. The context: the strongest own places with a location, and the meaning of the latest items.
CALL (history) {
  LET own = history.items, strengths = history.strengths
  LET located = [k IN range(0, size(own) - 1) WHERE own[k].location IS NOT NULL]
  LET ranks = coll.sort([k IN located | [-strengths[k], own[k].id, k]])
  LET ks = [rank IN ranks[..30] | rank[2]]
  LET total = reduce(s = 0.0, k IN ks | s + strengths[k])
  RETURN {points: [k IN ks | own[k].location], names: [k IN ks | coalesce(own[k].name, own[k].id)],
    ids: [k IN ks | own[k].id], weights: [k IN ks | strengths[k] / total]} AS places
}
LET home = coalesce(here, places.points[0])
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

// 3. Candidates.
CALL (history, places, here, meaning) {
  CALL (history, places, here, meaning) {
    MATCH (item:Item) WHERE item.users = 0
      AND NOT item IN history.items AND coalesce(item.active, true)
      AND ($only IS NULL OR $only = 'places' XOR item.location IS NULL)
    WITH item LIMIT toInteger(coll.max([1000, coalesce($k, 20)]))
    RETURN 'non-personalized' AS source, item
    UNION ALL
    UNWIND places.points[..5] + [p IN [here] WHERE p IS NOT NULL] AS p
    MATCH (item:Item) WHERE point.distance(item.location, p) < 1500 AND coalesce(item.users, 0) = 0
      AND NOT item IN history.items AND coalesce(item.active, true)
      AND ($only IS NULL OR $only = 'places' XOR item.location IS NULL)
    WITH item, min(point.distance(item.location, p)) AS distance
    WITH coll.sort(collect([distance, item]))[..300] AS found
    UNWIND found AS f
    RETURN 'nearby' AS source, f[1] AS item
    UNION ALL
    MATCH (item:Item) SEARCH item IN (VECTOR INDEX item_embedding FOR meaning LIMIT 300)
    WITH item WHERE coalesce(item.users, 0) = 0
      AND NOT item IN history.items AND coalesce(item.active, true)
      AND ($only IS NULL OR $only = 'places' XOR item.location IS NULL)
    RETURN 'content' AS source, item
  }
  WITH item, collect(source) AS sources
  RETURN collect({item: item, sources: sources}) AS found
}
// What was recorded since the statistics were derived fills up what is missing.
CALL (history, found) {
  WHEN size(found) < coalesce($k, 20) THEN {
    MATCH (item:Item) WHERE item.users IS NULL AND NOT item IN [c IN found | c.item]
      AND NOT item IN history.items AND coalesce(item.active, true)
      AND ($only IS NULL OR $only = 'places' XOR item.location IS NULL)
    WITH item LIMIT toInteger(coalesce($k, 20))
    RETURN collect({item: item, sources: ['non-personalized']}) AS unseen
  }
  ELSE { RETURN [] AS unseen }
}
LET candidates = found + unseen

// 4. The model in use: after what is sorted, for a sort is charged for all that is in scope, once a row.
LET task = 'new_items', features = [
  'home', 'near03', 'near1', 'near3', 'density', 'busy1', 'busy3', 'categoryRate', 'category',
  'broaderCategory', 'goodsCategory', 'meaning', 'alike', 'goodsMeaning'
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
CALL (model, history, categories, places, home, meaning, texts, candidates) {
  LET mean = model.mean, scale = model.scale, units = model.units
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
  LET location = item.location, n = size(history.items), embedding = item.embedding
  LET kms = [p IN places.points | point.distance(p, location) / 1000], weights = places.weights
  LET last = size(kms) - 1, isPlace = location IS NOT NULL
  LET comparable = size(embedding) = size(meaning) AND any(v IN embedding WHERE v <> 0.0)
  LET affinity = CASE WHEN n > 0 AND category.share > 0
    THEN log((liked + 5 * category.share) / (n + 5) / category.share) END
  LET cosine = CASE WHEN comparable THEN 2 * vector.similarity.cosine(embedding, meaning) - 1 END
  LET x = [
    -log(point.distance(home, location) / 1000 + .1),
    CASE WHEN last >= 0
      THEN log(1e-3 + reduce(s = 0.0, k IN range(0, last) | s + weights[k] * exp(-kms[k] / .3))) END,
    CASE WHEN last >= 0
      THEN log(1e-3 + reduce(s = 0.0, k IN range(0, last) | s + weights[k] * exp(-kms[k]))) END,
    CASE WHEN last >= 0
      THEN log(1e-3 + reduce(s = 0.0, k IN range(0, last) | s + weights[k] * exp(-kms[k] / 3))) END,
    log(1.0 + item.density),
    CASE WHEN item.gravity1 > 0 THEN log(item.gravity1) END,
    CASE WHEN item.gravity3 > 0 THEN log(item.gravity3) END,
    CASE WHEN category.items > 0 THEN log(.05 + category.firstVisits60 / category.items) END,
    CASE WHEN isPlace THEN affinity END,
    CASE WHEN isPlace AND n > 0 AND broader.broadShare > 0
      THEN log((likedAbove + 5 * broader.broadShare) / (n + 5) / broader.broadShare) END,
    CASE WHEN NOT isPlace THEN affinity END,
    CASE WHEN isPlace THEN cosine END,
    CASE WHEN isPlace AND comparable
      THEN coll.max([t IN texts.vectors | 2 * vector.similarity.cosine(embedding, t) - 1]) END,
    CASE WHEN NOT isPlace THEN cosine END
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
CALL (explain, item, candidate, category, here, places, categories, texts) {
  WHEN explain THEN {
    // region nearest
    LET kms = [p IN places.points | point.distance(p, item.location) / 1000], embedding = item.embedding
    LET km = coll.min(kms), vectors = texts.vectors
    LET nearest = coll.indexOf(kms, km)
    LET cosines = CASE WHEN size(embedding) = size(vectors[0]) AND any(v IN embedding WHERE v <> 0.0)
      THEN [v IN vectors | 2 * vector.similarity.cosine(v, embedding) - 1] END
    LET cosine = coll.max(cosines)
    LET alike = texts.items[coll.indexOf(cosines, cosine)]
    // endregion
    RETURN [reason IN [
      {reason: 'candidate', sources: candidate.sources},
      CASE WHEN km IS NOT NULL THEN {reason: 'near', id: places.ids[nearest],
        name: places.names[nearest], km: km} END,
      CASE WHEN here IS NOT NULL AND item.location IS NOT NULL THEN {reason: 'here',
        km: point.distance(here, item.location) / 1000} END,
      CASE WHEN category IN categories.narrow THEN {reason: 'interest', id: category.id,
        name: category.name, count: categories.counts[coll.indexOf(categories.narrow, category)]} END,
      CASE WHEN alike IS NOT NULL THEN {reason: 'meaning', id: alike.id, name: alike.name,
        cosine: cosine} END
    ] WHERE reason IS NOT NULL] AS because
  }
  ELSE { RETURN null AS because }
}
RETURN item.id AS id, item.name AS name, category.name AS category, item.location AS location,
  score, base, x AS features, terms, rest, because, model.name AS model, derivation.asOf AS asOf,
  derivation.parameters IS NOT NULL AND derivation.finishedAt IS NULL AS partial
ORDER BY score DESC, id
