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
// @public
// @param user        STRING = null                the user's id; null or an unknown one: a stranger
// @param at          ZONED DATETIME = datetime()  the moment; it may come in any zone
// @param here        POINT = null                 where the user is; else their strongest place counts
// @param only        STRING = null                'places' with a location, 'goods' without; null: both
// @param items       LIST<STRING> = null          rank exactly these, known, declined and inactive ones too
// @param exclude     LIST<STRING> = null          items that are not to be recommended
// @param interests   LIST<STRING> = null          only items about one of these, or about what is narrower
// @param notInterests LIST<STRING> = null         none about these, or about what is narrower
// @param within      FLOAT = null                 metres: only items so near to `$here`
// @param unseenFor   DURATION = null              nothing that was shown to the user in the span before `$at`
// @param where       MAP = null                   what properties of items have to be: a value, one of a list, or
//     {min, max}
// @param session     LIST<STRING> = null          items as the user's latest events, the last one the latest
// @param meaning     LIST<FLOAT> = null           the vector of what a stranger says they like, of the graph's encoder
// @param diversity   FLOAT = null                 0 to 1: how much it counts against an item that it repeats
//     those above it
// @param perCategory INTEGER = null               at most so many of one category
// @param k           INTEGER = 20                 how many
// @param terms       INTEGER = 12                 how many features are told of each, the strongest
// @param explain     BOOLEAN = true               false leaves `terms`, `rest` and `because` null
// @param model       STRING = null                a fusion model by its name; null: the one in use
// @returns id STRING, name STRING, category STRING, location POINT, score FLOAT, base FLOAT,
//     features LIST<FLOAT>, terms LIST<MAP>, rest FLOAT, because LIST<MAP>, model STRING,
//     asOf ZONED DATETIME, partial BOOLEAN
// @node item Item
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
// @feature strangerMeaning L+  cos(text, `$meaning`), for a user without history
// @feature shown           T   log(1 + Σ exp(-age / 30)) of the moments it was shown to them since their last event there
// @feature declinedInterest G  log(1 + the mean, over its categories and keywords, of Σ exp(-age / 90) of what they declined of them)
// @feature declinedAlike   L   log(1 + Σ exp(-age / 90) · cos) over the 20 items declined last, cos of tastes, else of texts, from 0 on
// @plan NodeUniqueIndexSeek, NodeIndexSeekByRange, NodeVectorIndexSearch
CYPHER 25
// region parameters
LET fault = CASE
  WHEN NOT ($user IS NULL OR $user IS :: STRING) THEN 'user has to be a STRING, it is ' + valueType($user)
  WHEN NOT ($at IS NULL OR $at IS :: ZONED DATETIME) THEN 'at has to be a ZONED DATETIME, it is ' + valueType($at)
  WHEN NOT ($here IS NULL OR $here IS :: POINT) THEN 'here has to be a POINT, it is ' + valueType($here)
  WHEN NOT toStringOrNull($here) CONTAINS "crs: 'wgs-84'" THEN 'here has to be a POINT of longitude and latitude'
  WHEN NOT ($only IS NULL OR $only IN ['places', 'goods']) THEN "only has to be 'places' or 'goods'"
  WHEN NOT ($items IS NULL OR $items IS :: LIST<STRING>)
    THEN 'items has to be a LIST<STRING>, it is ' + valueType($items)
  WHEN NOT ($exclude IS NULL OR $exclude IS :: LIST<STRING>)
    THEN 'exclude has to be a LIST<STRING>, it is ' + valueType($exclude)
  WHEN NOT ($interests IS NULL OR $interests IS :: LIST<STRING>)
    THEN 'interests has to be a LIST<STRING>, it is ' + valueType($interests)
  WHEN NOT ($notInterests IS NULL OR $notInterests IS :: LIST<STRING>)
    THEN 'notInterests has to be a LIST<STRING>, it is ' + valueType($notInterests)
  WHEN NOT ($session IS NULL OR $session IS :: LIST<STRING>)
    THEN 'session has to be a LIST<STRING>, it is ' + valueType($session)
  WHEN NOT ($within IS NULL OR $within IS :: INTEGER | FLOAT) THEN 'within has to be a FLOAT, it is ' + valueType($within)
  WHEN $within IS NOT NULL AND $here IS NULL THEN 'within is a distance from here: here has to be given too'
  WHEN NOT ($unseenFor IS NULL OR $unseenFor IS :: DURATION)
    THEN 'unseenFor has to be a DURATION, it is ' + valueType($unseenFor)
  WHEN NOT ($where IS NULL OR $where IS :: MAP) THEN 'where has to be a MAP, it is ' + valueType($where)
  WHEN NOT ($diversity IS NULL OR $diversity IS :: INTEGER | FLOAT AND 0 <= $diversity <= 1)
    THEN 'diversity has to be a number from 0 to 1'
  WHEN NOT ($perCategory IS NULL OR $perCategory IS :: INTEGER | FLOAT AND $perCategory >= 1)
    THEN 'perCategory has to be an INTEGER from 1 on'
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
// Whether weights differ from counts anywhere: to look for a property that is not there takes longest.
LET weighted = coalesce(derivation.weighted, false)
// endregion
// region faded
// Sums that fade are stored as of `epoch`: how many days after it the moment is that they stand for; that of
// gravity, which `derive --recent` leaves, may be an older one.
LET settled = coll.max([0.0,
  coalesce((derivation.asOf.epochMillis - derivation.epoch.epochMillis) / 86400000.0, 0.0)])
LET passed = coll.max([settled,
  coalesce((derivation.recentAsOf.epochMillis - derivation.epoch.epochMillis) / 86400000.0, 0.0)])
// endregion
LET fade60 = exp(-passed / 60), fadeAround = exp(-settled / 90)
FILTER CASE WHEN $meaning IS NULL OR $meaning IS :: LIST<INTEGER | FLOAT> THEN true
  ELSE date('meaning has to be a LIST<FLOAT>, it is ' + valueType($meaning)) IS NULL END
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

// 1. The history: own items, latest first, those of the session as the latest.
CALL (user, at, until, kinds) {
  CALL (user, at, until, kinds) {
    MATCH (user)-[e:INTERACTED]->(item) WHERE e.at.epochMillis < until
    RETURN item, e.at.epochMillis AS t, coll.indexOf(kinds.names, coalesce(e.kind, '')) AS kind
    UNION ALL
    UNWIND range(0, coalesce(size($session), 0) - 1) AS k
    MATCH (item:Item {id: $session[k]})
    RETURN item, at.epochMillis - 1000 * (size($session) - k) AS t, -1 AS kind
  }
  WITH item, t, kind, kinds.weights[kind] AS w WHERE w > 0
  WITH item, sum(w) AS visits, max(w) AS strength, max(t) AS last, max(kinds.consumes[kind]) AS had
    ORDER BY last DESC, item
  WITH collect(item) AS items, collect(log(1.0 + visits)) AS pulls, collect(strength) AS strengths,
    collect(last) AS lasts, collect(had) AS had
  LET ks = range(0, size(items) - 1)
  RETURN {items: items, pulls: pulls, strengths: strengths, size: reduce(s = 0.0, w IN strengths | s + w),
    recent: [k IN ks | strengths[k] * exp((lasts[k] - lasts[0]) / 7776000000.0)]} AS history,
    [k IN ks WHERE had[k] | items[k]] AS had
}
// region categories
// How often the user turned to each category, on the narrow and on the broader level: items, and what they
// weigh.
CALL (history) {
  UNWIND range(0, size(history.items) - 1) AS k
  WITH history.items[k] AS h, history.strengths[k] AS w
  MATCH (h)-[:ABOUT]->(c:Interest {scheme: 'category'})
  WITH c, count(*) AS n, sum(w) AS w
  WITH collect(c) AS narrow, collect(n) AS counts, collect(w) AS weights
  CALL (narrow, weights) {
    UNWIND range(0, size(narrow) - 1) AS k
    WITH narrow[k] AS c, weights[k] AS w
    OPTIONAL MATCH (c)-[:BROADER]->(b:Interest)
    WITH coalesce(b, c) AS b, sum(w) AS w
    RETURN collect(b) AS broad, collect(w) AS broadWeights
  }
  RETURN {narrow: narrow, counts: counts, weights: weights, broad: broad,
    broadWeights: broadWeights} AS categories
}
// endregion
// region allowed
// What the user declined, until a later event with it, and what was shown to them lately.
CALL (user, until) {
  WHEN EXISTS { (user)-[:DECLINED]->() } THEN {
    MATCH (user)-[d:DECLINED]->(what) WHERE d.at.epochMillis < until
    WITH what, max(d.at.epochMillis) AS last
    WHERE NOT EXISTS { (user)-[e:INTERACTED]->(what) WHERE last < e.at.epochMillis < until }
    WITH what, last ORDER BY last DESC, what
    RETURN collect(what) AS declined, collect(exp((last - until) / 7776000000.0)) AS declines
  }
  ELSE { RETURN [] AS declined, [] AS declines }
}
CALL (user, at, until) {
  WHEN $unseenFor IS NOT NULL THEN {
    MATCH (user)-[shown:SHOWN]->(item)
    WHERE any(time IN shown.times WHERE (at - $unseenFor).epochMillis <= time.epochMillis < until)
    RETURN collect(item) AS lately
  }
  ELSE { RETURN [] AS lately }
}
// Interests that items have to be about, and those that they must not be about, with what is narrower.
CALL (declined) {
  WHEN $interests IS NOT NULL THEN {
    UNWIND $interests AS id
    MATCH (:Interest {id: id})<-[:BROADER*0..8]-(interest:Interest)
    RETURN collect(DISTINCT interest) AS wanted
  }
  ELSE { RETURN null AS wanted }
}
CALL (declined) {
  WHEN $notInterests IS NOT NULL OR any(what IN declined WHERE what:Interest) THEN {
    CALL (declined) {
      UNWIND $notInterests AS id
      MATCH (interest:Interest {id: id})
      RETURN interest
      UNION ALL
      UNWIND declined AS interest
      FILTER $items IS NULL AND interest:Interest
      RETURN interest
    }
    MATCH (interest)<-[:BROADER*0..8]-(narrower:Interest)
    RETURN collect(DISTINCT narrower) AS unwanted
  }
  ELSE { RETURN [] AS unwanted }
}
LET free = $exclude IS NULL AND $within IS NULL AND wanted IS NULL AND size(unwanted) = 0 AND $where IS NULL
// endregion
LET hidden = CASE WHEN $items IS NULL THEN had + declined ELSE [] END + lately

// 2. The context: the strongest own places with a location, and the meaning of the latest items.
CALL (history) {
  LET own = history.items, pulls = history.pulls
  LET located = [k IN range(0, size(own) - 1) WHERE own[k].location IS NOT NULL]
  LET ranks = coll.sort([k IN located | [-pulls[k], own[k].id, k]])
  LET ks = [rank IN ranks[..30] | rank[2]]
  LET total = reduce(s = 0.0, k IN ks | s + pulls[k])
  RETURN {points: [k IN ks | own[k].location], names: [k IN ks | coalesce(own[k].name, own[k].id)],
    ids: [k IN ks | own[k].id], weights: [k IN ks | pulls[k] / total]} AS places
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
LET sense = coalesce(meaning, CASE WHEN any(x IN $meaning WHERE x <> 0.0) THEN $meaning END)

// 3. Candidates: of what each source offers, best first, as many as its quota of those that are allowed.
CALL (here, places, sense, hidden, free, wanted, unwanted) {
  CALL (here, places, sense) {
    WHEN $items IS NOT NULL THEN {
      UNWIND coll.distinct($items) AS id
      MATCH (item:Item {id: id})
      RETURN 'items' AS source, size($items) AS quota, collect(item) AS found
    }
    ELSE {
      CALL (here, places, sense) {
        UNWIND places.points[..5] + [p IN [here] WHERE p IS NOT NULL] AS p
        MATCH (item:Item) WHERE point.distance(item.location, p) < 1500 AND coalesce(item.users, 0) = 0
        WITH item, min(point.distance(item.location, p)) AS distance
        WITH coll.sort(collect([distance, item])) AS found
        RETURN 'nearby' AS source, 300 AS quota, [f IN found | f[1]] AS found
        UNION ALL
        MATCH (item:Item) SEARCH item IN (VECTOR INDEX item_embedding FOR sense LIMIT 300) SCORE AS s
        WITH item WHERE coalesce(item.users, 0) = 0
        RETURN 'content' AS source, 300 AS quota, collect(item) AS found
      }
      RETURN source, quota, found
    }
  }
  CALL (quota, found, here, hidden, free, wanted, unwanted) {
    UNWIND found AS item
    // region filter
    FILTER NOT item IN hidden AND ($items IS NOT NULL OR coalesce(item.active, true))
      AND ($only IS NULL OR $only = 'places' XOR item.location IS NULL)
      AND CASE WHEN free THEN true ELSE ($exclude IS NULL OR NOT item.id IN $exclude)
        AND ($within IS NULL OR coalesce(point.distance(item.location, here) <= $within, false))
        AND (wanted IS NULL OR EXISTS { (item)-[:ABOUT]->(interest) WHERE interest IN wanted })
        AND NOT EXISTS { (item)-[:ABOUT]->(interest) WHERE interest IN unwanted }
        AND ($where IS NULL OR all(name IN keys($where) WHERE CASE
          WHEN $where[name] IS :: MAP NOT NULL THEN coalesce(item[name] >= $where[name].min, $where[name].min IS NULL)
            AND coalesce(item[name] <= $where[name].max, $where[name].max IS NULL)
          WHEN $where[name] IS :: LIST<ANY> NOT NULL
            THEN any(value IN coll.flatten([item[name]]) WHERE value IN $where[name])
          ELSE coalesce($where[name] IN coll.flatten([item[name]]), false)
        END)) END
    // endregion
    LIMIT toInteger(coll.max([300, coalesce(size($items), 0)]))
    RETURN collect(item)[..quota] AS picked
  }
  RETURN collect([source, picked]) AS offers
}
// Of what nobody has been at anywhere, only as many are read as it takes.
CALL (here, hidden, free, wanted, unwanted) {
  WHEN $items IS NULL THEN {
    MATCH (item:Item) WHERE item.users = 0
    // region filter
    FILTER NOT item IN hidden AND ($items IS NOT NULL OR coalesce(item.active, true))
      AND ($only IS NULL OR $only = 'places' XOR item.location IS NULL)
      AND CASE WHEN free THEN true ELSE ($exclude IS NULL OR NOT item.id IN $exclude)
        AND ($within IS NULL OR coalesce(point.distance(item.location, here) <= $within, false))
        AND (wanted IS NULL OR EXISTS { (item)-[:ABOUT]->(interest) WHERE interest IN wanted })
        AND NOT EXISTS { (item)-[:ABOUT]->(interest) WHERE interest IN unwanted }
        AND ($where IS NULL OR all(name IN keys($where) WHERE CASE
          WHEN $where[name] IS :: MAP NOT NULL THEN coalesce(item[name] >= $where[name].min, $where[name].min IS NULL)
            AND coalesce(item[name] <= $where[name].max, $where[name].max IS NULL)
          WHEN $where[name] IS :: LIST<ANY> NOT NULL
            THEN any(value IN coll.flatten([item[name]]) WHERE value IN $where[name])
          ELSE coalesce($where[name] IN coll.flatten([item[name]]), false)
        END)) END
    // endregion
    LIMIT toInteger(coll.max([1000, coalesce($k, 20)]))
    RETURN [['non-personalized', collect(item)]] AS anywhere
  }
  ELSE { RETURN [] AS anywhere }
}
CALL (offers, anywhere) {
  UNWIND offers + anywhere AS offer
  LET source = offer[0]
  UNWIND offer[1] AS item
  WITH item, collect(source) AS sources
  RETURN collect({item: item, sources: sources}) AS found
}
// What was recorded since the statistics were derived fills up what is missing.
CALL (here, hidden, free, wanted, unwanted, found) {
  WHEN $items IS NULL AND size(found) < coalesce($k, 20) THEN {
    MATCH (item:Item) WHERE item.users IS NULL AND NOT item IN [c IN found | c.item]
    // region filter
    FILTER NOT item IN hidden AND ($items IS NOT NULL OR coalesce(item.active, true))
      AND ($only IS NULL OR $only = 'places' XOR item.location IS NULL)
      AND CASE WHEN free THEN true ELSE ($exclude IS NULL OR NOT item.id IN $exclude)
        AND ($within IS NULL OR coalesce(point.distance(item.location, here) <= $within, false))
        AND (wanted IS NULL OR EXISTS { (item)-[:ABOUT]->(interest) WHERE interest IN wanted })
        AND NOT EXISTS { (item)-[:ABOUT]->(interest) WHERE interest IN unwanted }
        AND ($where IS NULL OR all(name IN keys($where) WHERE CASE
          WHEN $where[name] IS :: MAP NOT NULL THEN coalesce(item[name] >= $where[name].min, $where[name].min IS NULL)
            AND coalesce(item[name] <= $where[name].max, $where[name].max IS NULL)
          WHEN $where[name] IS :: LIST<ANY> NOT NULL
            THEN any(value IN coll.flatten([item[name]]) WHERE value IN $where[name])
          ELSE coalesce($where[name] IN coll.flatten([item[name]]), false)
        END)) END
    // endregion
    LIMIT toInteger(coalesce($k, 20))
    RETURN collect({item: item, sources: ['non-personalized']}) AS unseen
  }
  ELSE { RETURN [] AS unseen }
}
LET candidates = found + unseen
// region regard
// What few users have: for each candidate, how much of what the user declined it shares (in interests, and in
// taste or else in meaning), and how often it was shown to them without an answer.
CALL (declined, declines, candidates) {
  WHEN size(declined) > 0 THEN {
    CALL (declined, declines) {
      UNWIND range(0, size(declined) - 1) AS k
      WITH declined[k] AS what, declines[k] AS w
      MATCH (what)-[:ABOUT]->(interest:Interest)
      WITH interest, sum(w) AS w
      RETURN collect(interest) AS interests, collect(w) AS weights
    }
    LET ks = [k IN range(0, size(declined) - 1) WHERE declined[k]:Item][..20]
    LET tastes = [k IN ks | declined[k].taste], texts = [k IN ks | declined[k].embedding]
    UNWIND range(0, size(candidates) - 1) AS place
    LET item = candidates[place].item
    CALL (item, interests, weights) {
      MATCH (item)-[:ABOUT]->(interest:Interest)
      LET found = coll.indexOf(interests, interest)
      RETURN coalesce(avg(CASE WHEN found >= 0 THEN weights[found] ELSE 0.0 END), 0.0) AS shared
    }
    LET taste = item.taste, text = item.embedding
    LET alike = reduce(s = 0.0, j IN range(0, size(ks) - 1) | s + declines[ks[j]] * coll.max([0.0, coalesce(
      CASE WHEN size(taste) = size(tastes[j]) THEN 2 * vector.similarity.cosine(taste, tastes[j]) - 1 END,
      CASE WHEN size(text) = size(texts[j]) AND any(v IN text WHERE v <> 0.0)
          AND any(v IN texts[j] WHERE v <> 0.0)
        THEN 2 * vector.similarity.cosine(text, texts[j]) - 1 END, 0.0)]))
    WITH place, shared, alike ORDER BY place
    RETURN collect(log(1 + shared)) AS declinedInterest, collect(log(1 + alike)) AS declinedAlike
  }
  ELSE { RETURN null AS declinedInterest, null AS declinedAlike }
}
CALL (user, until, candidates) {
  WHEN EXISTS { (user)-[:SHOWN]->() } THEN {
    UNWIND range(0, size(candidates) - 1) AS place
    LET item = candidates[place].item
    OPTIONAL MATCH (user)-[shown:SHOWN]->(item)
    CALL (user, item, shown, until) {
      OPTIONAL MATCH (user)-[e:INTERACTED]->(item) WHERE shown IS NOT NULL AND e.at.epochMillis < until
      RETURN max(e.at.epochMillis) AS answered
    }
    LET ages = [time IN coalesce(shown.times, []) WHERE coalesce(answered, -1) < time.epochMillis < until |
      (until - time.epochMillis) / 86400000.0]
    WITH place, ages ORDER BY place
    RETURN collect(log(1 + reduce(s = 0.0, age IN ages | s + exp(-age / 30)))) AS shown,
      collect(size(ages)) AS showings
  }
  ELSE { RETURN null AS shown, null AS showings }
}
// endregion

// 4. The model in use: after what is sorted, for a sort is charged for all that is in scope, once a row.
LET task = 'new_items', features = [
  'home', 'near03', 'near1', 'near3', 'density', 'busy1', 'busy3', 'categoryRate', 'category',
  'broaderCategory', 'goodsCategory', 'meaning', 'alike', 'goodsMeaning',
  'strangerMeaning', 'shown', 'declinedInterest', 'declinedAlike'
]
LET normalisation = 'training'
// region model
CALL (task, features, normalisation) {
  OPTIONAL MATCH (model:FusionModel)
  WHERE CASE WHEN $model IS NULL THEN model.serves = task ELSE model.name = $model END
  LET unknown = [name IN model.features WHERE NOT name IN features]
  LET fault = CASE
    WHEN model IS NULL THEN coalesce("there is no fusion model '" + $model + "'",
      'no fusion model is in use for ' + task)
    WHEN model.task <> task THEN "the model '" + model.name + "' is of " + model.task + ', not of ' + task
    WHEN size(unknown) > 0 THEN "the model '" + model.name + "' weighs the feature '" + unknown[0] +
      "', which this version of the query does not compute: learn it anew, or use another"
    WHEN coalesce(model.normalisation, 'training') <> normalisation THEN "the model '" + model.name +
      "' was learned on features normalised by " + coalesce(model.normalisation, 'training') +
      ', this query has them by ' + normalisation + ': learn it anew, or use another'
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
CALL (model, fade60, fadeAround, history, categories, places, home, sense, texts, candidates, shown, declinedInterest,
  declinedAlike) {
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
    THEN categories.weights[coll.indexOf(categories.narrow, category)] ELSE 0 END,
    likedAbove = CASE WHEN broader IN categories.broad
    THEN categories.broadWeights[coll.indexOf(categories.broad, broader)] ELSE 0 END
  // endregion
  LET location = item.location, n = history.size, embedding = item.embedding
  LET kms = [p IN places.points | point.distance(p, location) / 1000], weights = places.weights
  LET last = size(kms) - 1, isPlace = location IS NOT NULL
  LET comparable = size(embedding) = size(sense) AND any(v IN embedding WHERE v <> 0.0)
  LET affinity = CASE WHEN n > 0 AND category.share > 0
    THEN log((liked + 5 * category.share) / (n + 5) / category.share) END
  LET cosine = CASE WHEN comparable THEN 2 * vector.similarity.cosine(embedding, sense) - 1 END
  LET busy1 = .05 * coalesce(item.around1, 0.0) + fadeAround * item.gravity1,
    busy3 = .05 * coalesce(item.around3, 0.0) + fadeAround * item.gravity3
  LET x = [
    -log(point.distance(home, location) / 1000 + .1),
    CASE WHEN last >= 0
      THEN log(1e-3 + reduce(s = 0.0, k IN range(0, last) | s + weights[k] * exp(-kms[k] / .3))) END,
    CASE WHEN last >= 0
      THEN log(1e-3 + reduce(s = 0.0, k IN range(0, last) | s + weights[k] * exp(-kms[k]))) END,
    CASE WHEN last >= 0
      THEN log(1e-3 + reduce(s = 0.0, k IN range(0, last) | s + weights[k] * exp(-kms[k] / 3))) END,
    log(1.0 + item.density),
    CASE WHEN busy1 > 0 THEN log(busy1) END,
    CASE WHEN busy3 > 0 THEN log(busy3) END,
    CASE WHEN category.items > 0 THEN log(.05 + fade60 * category.firstVisits60 / category.items) END,
    CASE WHEN isPlace THEN affinity END,
    CASE WHEN isPlace AND n > 0 AND broader.broadShare > 0
      THEN log((likedAbove + 5 * broader.broadShare) / (n + 5) / broader.broadShare) END,
    CASE WHEN NOT isPlace THEN affinity END,
    CASE WHEN isPlace AND n > 0 THEN cosine END,
    CASE WHEN isPlace AND comparable
      THEN coll.max([t IN texts.vectors | 2 * vector.similarity.cosine(embedding, t) - 1]) END,
    CASE WHEN NOT isPlace AND n > 0 THEN cosine END,
    CASE WHEN n = 0 THEN cosine END,
    shown[place],
    declinedInterest[place],
    declinedAlike[place]
  ]
  // region score
  // vector_distance rounds to single precision: good enough to rank with, not for sums that are checked.
  LET z = [v IN [f IN range(0, size(x) - 1) | coalesce((x[f] - mean[f]) / scale[f], 0.0)] |
    CASE WHEN v > 6 THEN 6.0 WHEN v < -6 THEN -6.0 ELSE v END]
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
// At most so many of a category: its best.
CALL (scored, ranks) {
  WHEN $perCategory IS NOT NULL THEN {
    UNWIND ranks AS rank
    WITH scored[rank[2]].category AS category, rank ORDER BY rank
    WITH category, collect(rank) AS best
    WITH collect(CASE WHEN category IS NULL THEN best ELSE best[..toInteger($perCategory)] END) AS bests
    RETURN coll.sort(coll.flatten(bests)) AS ranking
  }
  ELSE { RETURN ranks AS ranking }
}
// One after the other, what repeats those above it set back: likeness is .4 for the same category, .2 for the
// same cell, .2 for a name that begins alike and .2 · the cosine of the tastes; of all above, it adds up. It
// costs 2 · diversity · log(1 + likeness) deviations of the best scores.
CALL (scored, ranking) {
  WHEN $diversity > 0 AND size(ranking) > 0 THEN {
    LET count = toInteger(coalesce($k, 20))
    LET few = ranking[..coll.max([100, 3 * count])]
    LET last = size(few) - 1, scores = [rank IN few | -rank[0]], items = [rank IN few | scored[rank[2]].item],
      categories = [rank IN few | scored[rank[2]].category]
    LET cells = [item IN items | item.cell], names = [item IN items | toLower(item.name)],
      tastes = [item IN items | item.taste], mean = reduce(s = 0.0, score IN scores | s + score) / (last + 1)
    LET weight = 2 * $diversity * sqrt(reduce(s = 0.0, score IN scores | s + (score - mean) ^ 2) / (last + 1))
    LET picked = reduce(state = {order: [], values: [c IN few | 0.0], said: []},
      step IN range(1, coll.min([count, last + 1])) | [best IN [coll.max([c IN range(0, last)
        WHERE NOT c IN state.order | [scores[c] - weight * log(1 + state.values[c]), -c]])] |
        [one IN [-best[1]] | {order: state.order + [one], said: state.said + [state.values[one]],
          values: [c IN range(0, last) | state.values[c]
            + CASE WHEN categories[c] = categories[one] THEN .4 ELSE 0.0 END
            + CASE WHEN cells[c] = cells[one] THEN .2 ELSE 0.0 END
            + CASE WHEN left(names[c], toInteger(.6 * coll.max([size(names[c]), size(names[one])])))
                = left(names[one], toInteger(.6 * coll.max([size(names[c]), size(names[one])]))) THEN .2 ELSE 0.0 END
            + CASE WHEN size(tastes[c]) = size(tastes[one])
                THEN .2 * coll.max([0.0, 2 * vector.similarity.cosine(tastes[c], tastes[one]) - 1]) ELSE 0.0 END]
        }][0]][0])
    RETURN [p IN range(0, size(picked.order) - 1) | {place: few[picked.order[p]][2], repetition: {
      feature: 'repetition', value: picked.said[p], share: -weight * log(1 + picked.said[p])}}] AS choices
  }
  ELSE { RETURN [rank IN ranking[..toInteger(coalesce($k, 20))] | {place: rank[2]}] AS choices }
}
UNWIND choices AS choice
LET best = scored[choice.place], repetition = choice.repetition
LET item = best.item, category = best.category, x = best.x, z = best.z
LET candidate = candidates[best.place], active = [j IN best.active | model.units[j]], linear = model.linear
LET base = model.bias + reduce(s = 0.0, unit IN active | s + unit.output * unit.bias)
LET shares = [f IN range(0, size(x) - 1) | z[f] * (linear[f] +
  reduce(s = 0.0, unit IN active | s + unit.output * unit.weights[f]))]
LET score = reduce(s = base, share IN shares | s + share) + coalesce(repetition.share, 0.0),
  count = toInteger(coalesce($terms, 12))
// The strongest shares: numbers are sorted to find how strong a share has to be, lists of those alone.
LET bar = CASE WHEN explain THEN coalesce(coll.sort([share IN shares | -abs(share)])[count - 1], 0.0) END
LET strongest = coll.sort([f IN range(0, size(x) - 1) WHERE -abs(shares[f]) <= bar | [-abs(shares[f]), f]])
LET terms = CASE WHEN explain
  THEN [s IN strongest[..count] | {feature: features[s[1]], value: x[s[1]], share: shares[s[1]]}]
    + [term IN [repetition] WHERE term IS NOT NULL] END
LET rest = reduce(s = score - base, term IN terms | s - term.share)
// endregion
CALL (explain, item, candidate, best, category, here, places, categories, texts, showings) {
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
      CASE WHEN showings[best.place] > 0 THEN {reason: 'shown', count: showings[best.place]} END,
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
