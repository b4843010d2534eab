// Recommend items that are new to the user and that they may like.
//
// Candidates come from nine sources, which `because` names: item-to-item (what was co-visited with
// the user's own items), user-to-user (the users nearest in taste), friends (whom they know), nearby (the
// surroundings of their places and of `$here`), content (text like that of their latest items), next (the
// transitions of the last item), local (what is popular in their cells), own (what they looked at and do
// not have), and non-personalized (what is rising anywhere, of what is asked for). What the user has, what
// they declined and what is not active is left out, unless `$items` names it.
//
// Each candidate gets the features named below, whichever source found it. The fusion model of the graph
// turns them into z = (x - mean) / scale, within ±6, and scores bias + linear·z + Σ output·max(0, weights·z
// + bias) over its hidden units. Mean and scale of the features marked z are those of the request: mean and
// deviation over its 275 usual candidates, whatever is asked for, so that the score of an item depends on
// none of `$items`, `$exclude`, `$where` and `$k`; `normalised` has these z. The score is piecewise linear:
// `base` plus the share of each feature is it exactly; with `$diversity` the term `repetition` is one more.
// The weights of the model are aligned to the names of the features once a request: a feature that the model
// lacks weighs 0, a model that knows other features is refused.
//
// A feature that cannot be computed (no location, no embedding, an item recorded a second ago) is
// null and counts as its mean: z = 0. A user without history is ranked by what is popular near
// `$here` at this hour, and by `$meaning`. Events at or after `$at` do not count; the statistics across users
// stand as of `asOf`, the older of two moments while they are `partial`.
//
// Events count by their kind: w(e) is the weight of its `EventKind` beside the largest one that `derive` saw,
// w(h) the largest of the user's events at h. In the formulas: h own items, with a location the 30 strongest,
// for co-visits and EASE the 50 strongest of all; d(a, b) kilometres; visits(h) = Σ w of the user's events
// there, age in days; w0(h) = log(1 + visits) and w30(h) = Σ w · exp(-age / 30), each of sum 1; r(h) = w(h) ·
// exp(-age of the last event / 90), relative to the user's newest event; A(j) = attraction, .05 + Σ first
// visits · exp(-age / 90). First visits are users' first events at an item; users and first visits count by
// w(h), events by w(e).
//
// @mode read
// @public
// @param user        STRING = null                the user's id; null or an unknown one: a stranger
// @param at          ZONED DATETIME = datetime()  the moment; it may come in any zone
// @param here        POINT = null                 where the user is; else their most visited place counts
// @param place       STRING = null                the name of a place, where places have no coordinates
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
//     features LIST<FLOAT>, normalised LIST<FLOAT>, terms LIST<MAP>, rest FLOAT, because LIST<MAP>, model STRING,
//     asOf ZONED DATETIME, partial BOOLEAN
// @node item Item
// @feature popularity      Gz  log(1 + distinct users)
// @feature events          Gz  log(1 + events)
// @feature rising7         Tz  log(.05 + Σ first visits · exp(-age / 7))
// @feature rising30        Tz  log(.05 + Σ first visits · exp(-age / 30))
// @feature rising90        Tz  log(.05 + Σ first visits · exp(-age / 90))
// @feature risingLate      Tz  log(.05 + F), F = Σ first visits · exp(-age / days of the last tenth of all events)
// @feature trend           Tz  log(1 + F) - log(1 + users / all users · ΣF), ΣF of all items
// @feature age             Tz  log(1 + days since its first event)
// @feature idle            Tz  -log(1 + days since its last event)
// @feature categoryRate    Tz  log(.05 + Σ first visits in the category · exp(-age / 60) / items of it)
// @feature category        G+z log((n_c + 5 p_c) / (n + 5) / p_c), n_c = Σ w(h) of the category, p_c its share of all first visits
// @feature broaderCategory G+z as category, for the broader one
// @feature huff3           T+z log(1e-6 + A Σ_h w0(h) exp(-d / 3) / Σ_j A(j) exp(-d(h, j) / 3))  (Huff, 1963)
// @feature huff1           T+z log(1e-6 + A Σ_h w30(h) exp(-d) / Σ_j A(j) exp(-d(h, j)))  (Huff, 1963)
// @feature reach           T+z log(1e-4 + Σ_h w0(h) exp(-d / max(reach, .05))), reach the distance to the 20th neighbour
// @feature density         Tz  log(1 + visited items within 300 m)
// @feature home            T+z -log(d + .1) from `$here`, else from the most visited place
// @feature nearest         T+z -log(d + .05) from the nearest own place
// @feature likeMinded      G+z √(Σ cos of the 100 users nearest in taste who were there)
// @feature together        G+z √(Σ_h r(h) users of both / (users of h + 5))
// @feature easeRecent      G+z √(Σ_h r(h) EASE(h, j))  (Steck, 2019)
// @feature easeLatest      G+z √(Σ_h w(h) exp(-p(h) / 50) EASE(h, j)), p(h) the place in the history, 0 the latest
// @feature popularityDistance Gz  -|popularity - its mean over own items|
// @feature localPopularity T+z log(.05 + decayed events in the cells around `$here`, of `$place`, or of the user), goods only
// @feature meaning         L+z cos(text, Σ r(h) text(h)) over the 20 latest own items
// @feature hour            T+z log(.05 + share of the item's events at this hour, times 24), goods only
// @feature popularityTendency G  (popularity - m) (its mean over own items - m), m the mean over all users' first visits
// @feature maturity        G   (log(1 + Σ w(h)) - 3.3) / .8
// @feature strangerHour    T+  as hour, of all items, for a user without history
// @feature strangerMeaning L+  cos(text, `$meaning`), for a user without history
// @feature friends         G+  log(1 + those whom the user knows and who were there)
// @feature looked          T+  log(1 + Σ w · exp(-age / 7)) of the user's events at an item that they do not have
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
LET fade90 = exp(-passed / 90), fadeAround = exp(-settled / 90)
FILTER CASE WHEN $place IS NULL OR $place IS :: STRING THEN true
  ELSE date('place has to be a STRING, it is ' + valueType($place)) IS NULL END
FILTER CASE WHEN $meaning IS NULL OR $meaning IS :: LIST<INTEGER | FLOAT> THEN true
  ELSE date('meaning has to be a LIST<FLOAT>, it is ' + valueType($meaning)) IS NULL END
// When no event is nearly as late as the moment, the times of other users' events need not be read.
CALL (at) {
  OPTIONAL MATCH ()-[e:INTERACTED]->() WHERE e.at > at - duration({seconds: 1})
  RETURN e IS NULL AS live LIMIT 1
}
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

// 1. The history: own items, latest first, those of the session as the latest. Decays are relative to the
// latest event, so that none can underflow; they are summed as events are read: lists of times would be large.
CALL (user, at, until) {
  OPTIONAL MATCH (user)-[e:INTERACTED]->() WHERE e.at.epochMillis < until
  WITH max(e.at.epochSeconds) AS newest
  RETURN CASE WHEN size($session) > 0 THEN at.epochSeconds - 1 ELSE newest END AS newest
}
CALL (user, at, until, kinds, newest) {
  CALL (user, at, until, kinds) {
    MATCH (user)-[e:INTERACTED]->(item) WHERE e.at.epochMillis < until
    RETURN item, e.at AS moment, e.at.epochSeconds AS t,
      coll.indexOf(kinds.names, coalesce(e.kind, '')) AS kind
    UNION ALL
    UNWIND range(0, coalesce(size($session), 0) - 1) AS k
    MATCH (item:Item {id: $session[k]})
    RETURN item, null AS moment, at.epochSeconds - size($session) + k AS t, -1 AS kind
  }
  WITH item, moment, t, kind, kinds.weights[kind] AS w WHERE w > 0
  WITH item, count(*) AS count, sum(w) AS visits, max(w) AS strength, max(moment) AS latest, max(t) AS last,
    sum(w * exp((t - newest) / 2592000.0)) AS lately, max(kinds.consumes[kind]) AS had,
    sum(CASE WHEN kinds.consumes[kind] THEN 0.0 ELSE w * exp((t - at.epochSeconds) / 604800.0) END) AS looked
    ORDER BY last DESC, item
  WITH collect(item) AS items, collect(visits) AS visits, collect(strength) AS strengths,
    collect(last) AS lasts, collect(lately) AS lately, collect(had) AS had, max(latest).timezone AS zone,
    collect(CASE WHEN NOT had THEN [item, count, (at.epochSeconds - last) / 86400.0, log(1 + looked)] END) AS looks
  LET ks = range(0, size(items) - 1)
  LET recent = [k IN ks | strengths[k] * exp((lasts[k] - lasts[0]) / 7776000.0)]
  LET ranks = coll.sort([k IN ks | [-recent[k] * log(1 + visits[k]), k]])[..50]
  RETURN {items: items, strongest: [rank IN ranks | rank[1]], visits: visits, zone: zone, strengths: strengths,
    recent: recent, lately: lately,
    size: reduce(s = 0.0, w IN strengths | s + w)} AS history,
    [k IN ks WHERE had[k] | items[k]] AS had,
    {items: [l IN looks | l[0]], counts: [l IN looks | l[1]], days: [l IN looks | l[2]],
      values: [l IN looks | l[3]]} AS looks
}
// How popular the user's items usually are, and how far that is from what is usual for all.
CALL (history, weighted) {
  UNWIND history.strongest AS k
  LET h = history.items[k]
  RETURN avg(log(1.0 + CASE WHEN weighted THEN coalesce(h['userWeight'], h.users) ELSE h.users END)) AS usualOwn
}
LET usualAll = derivation.usualPopularity
LET tendency = usualOwn - usualAll
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

// 2. The context: places, taste, meaning, the hour, and cells.
// The strongest own places with a location: where distances are measured from. A stranger is taken to
// live at the place nearest to `$here`.
CALL (history, here) {
  MATCH (item:Item) WHERE size(history.items) = 0 AND point.distance(item.location, here) < 1000
  WITH item ORDER BY point.distance(item.location, here), item.id LIMIT 1
  RETURN collect(item) AS beside
}
CALL (history, beside, fadeAround) {
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
    pull3: [k IN ks | coalesce(w0s[k] / sum0 /
      (.05 * coalesce(hs[k].around3, 0.0) + fadeAround * hs[k].gravity3), 0.0)],
    pull1: [k IN ks | coalesce(w30s[k] / sum30 /
      (.05 * coalesce(hs[k].around1, 0.0) + fadeAround * hs[k].gravity1), 0.0)]} AS places
}
LET home = coalesce(here, places.points[coll.indexOf(places.weights, coll.max(places.weights))])
// region taste
// The user's taste, folded from own items as they are now.
CALL (history) {
  OPTIONAL MATCH (derivation:Derivation {name: 'statistics'})
  LET own = history.items, recent = history.recent, everybody = toFloat(derivation.users)
  WITH [k IN range(0, size(own) - 1)[..100] WHERE own[k].taste IS NOT NULL | k] AS ks, own, recent, everybody
  // How rare an item is; an earlier version had it derived.
  WITH [k IN ks | own[k].taste] AS tastes, [k IN ks | recent[k] * coalesce(
    log(1 + everybody / nullIf(coalesce(own[k]['userWeight'], own[k].users), 0)), own[k]['idf'], 0.0)] AS ws
  // Of another length are those that a derivation, at work now, has not come to yet.
  LET alike = [k IN range(0, size(tastes) - 1) WHERE size(tastes[k]) = size(tastes[0])]
  LET folded = [d IN range(0, coalesce(size(tastes[0]), 0) - 1) |
    reduce(s = 0.0, k IN alike | s + ws[k] * tastes[k][d])]
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
LET sense = coalesce(meaning, CASE WHEN any(x IN $meaning WHERE x <> 0.0) THEN $meaning END)
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

// 3. What three sources alone know: lists of [rank, item, what they say of it]. Lists are sorted rather than
// rows: a sort of rows is charged for every list in scope, once a row.
CALL (history, weighted, explain) {
  LET own = history.items, recent = history.recent, strengths = history.strengths
  UNWIND history.strongest AS k
  WITH own[k] AS h, k, recent[k] AS r, strengths[k] * exp(-k / 50.0) AS order, weighted, explain
  // Once for each of them: a LET beside that of `both` is read anew for each of their edges.
  LET users = CASE WHEN weighted THEN coalesce(h['userWeight'], h.users) ELSE h.users END
  MATCH (h)-[c:CO_VISITED]->(item)
  LET both = CASE WHEN weighted THEN coalesce(c['weight'], c.count) ELSE c.count END
  WITH item, sum(r * both / (users + 5.0)) AS together, sum(r * c.ease) AS ease, sum(order * c.ease) AS easeLatest,
    max(CASE WHEN explain THEN [r * c.count, k, c.count] END) AS link
  // By EASE; what it does not know, by who had both.
  RETURN coll.sort(collect([-ease - together / 100, item, together, ease, easeLatest, link])) AS coVisited
}
CALL (user, until, live, kinds, weighted, taste) {
  MATCH (v:User) SEARCH v IN (VECTOR INDEX user_taste FOR taste LIMIT 101) SCORE AS s
  WITH v, 2 * s - 1 AS cosine WHERE cosine > 0 AND coalesce(v <> user, true)
  CALL (v, until, live, kinds, weighted) {
    MATCH (v)-[e:INTERACTED]->(item) WHERE live OR e.at.epochMillis < until
    RETURN item, max(CASE WHEN weighted
      THEN kinds.weights[coll.indexOf(kinds.names, coalesce(e.kind, ''))] ELSE 1.0 END) AS w
  }
  WITH item, sum(cosine * w) AS similar, count(*) AS votes
  RETURN coll.sort(collect([-similar, item, similar, votes])) AS alike
}
CALL (user, until, live, kinds, weighted) {
  WHEN EXISTS { (user)-[:KNOWS]->() } THEN {
    MATCH (user)-[:KNOWS]->(friend) WITH DISTINCT friend ORDER BY friend.id LIMIT 100
    CALL (friend, until, live, kinds, weighted) {
      MATCH (friend)-[e:INTERACTED]->(item) WHERE live OR e.at.epochMillis < until
      RETURN item, max(CASE WHEN weighted
        THEN kinds.weights[coll.indexOf(kinds.names, coalesce(e.kind, ''))] ELSE 1.0 END) AS w
    }
    WITH item, sum(w) AS friendly, count(*) AS friends
    RETURN coll.sort(collect([-friendly, item, friendly, friends])) AS befriended
  }
  ELSE { RETURN null AS befriended }
}
// What each source offers, best first, and the weight that divides its ranks.
CALL (here, weighted, history, looks, places, sense, cells, coVisited, alike, befriended) {
  CALL (here, weighted, history, looks, places, sense, cells, coVisited, alike, befriended) {
    RETURN 'item-to-item' AS source, 1.0 AS weight, [f IN coVisited | f[1]] AS found
    UNION ALL
    RETURN 'user-to-user' AS source, 1.0 AS weight, [f IN alike | f[1]] AS found
    UNION ALL
    RETURN 'friends' AS source, .5 AS weight, [f IN befriended | f[1]] AS found
    UNION ALL
    UNWIND places.points[..5] + [p IN [here] WHERE p IS NOT NULL] AS p
    MATCH (item:Item) WHERE point.distance(item.location, p) < 700
    WITH DISTINCT item
    WITH coll.sort(collect([-coalesce(item.firstVisits90, 0.0), item])) AS found
    RETURN 'nearby' AS source, .5 AS weight, [f IN found | f[1]] AS found
    UNION ALL
    MATCH (item:Item) SEARCH item IN (VECTOR INDEX item_embedding FOR sense LIMIT 100) SCORE AS s
    WITH coll.sort(collect([-s, item])) AS found
    RETURN 'content' AS source, .1 AS weight, [f IN found | f[1]] AS found
    UNION ALL
    WITH history.items[0] AS last
    MATCH (last)-[f:FOLLOWED_BY]->(item)
    LET n = CASE WHEN weighted THEN coalesce(f['weight'], f.count) ELSE f.count END
    WITH coll.sort(collect([-n, item])) AS found
    RETURN 'next' AS source, .1 AS weight, [f IN found | f[1]] AS found
    UNION ALL
    UNWIND cells[..5] AS cell
    MATCH (cell)<-[p:MOST_POPULAR_IN]-(item)
    WITH item, sum(CASE WHEN weighted THEN coalesce(p['weight'], p.count) ELSE p.count END) AS n
    WITH coll.sort(collect([-n, item])) AS found
    RETURN 'local' AS source, .5 AS weight, [f IN found | f[1]] AS found
    UNION ALL
    RETURN 'own' AS source, .5 AS weight, [f IN coll.sort([k IN range(0, size(looks.items) - 1) |
      [-looks.values[k], looks.items[k]]]) | f[1]] AS found
  }
  WITH source, weight, found WHERE size(found) > 0
  RETURN collect({source: source, weight: weight, found: found}) AS offers
}
// The candidates, whatever is asked for: of what the user may have at all, 275 by their best rank in a
// source, divided by its weight. What the features are of these says how each of them is to be taken.
CALL (offers, had, declined) {
  LET never = had + declined
  CALL (offers, never) {
    UNWIND offers AS offer
    LET source = offer.source, weight = offer.weight
    CALL (offer, never) {
      UNWIND offer.found AS item
      FILTER NOT item IN never AND coalesce(item.active, true)
      LIMIT 275
      RETURN collect(item) AS kept
    }
    RETURN source, weight, kept
    UNION ALL
    CALL (never) {
      CALL () {
        MATCH (item:Item) WHERE item.firstVisits90 >= 0.0
        RETURN item ORDER BY item.firstVisits90 DESC LIMIT 1000000000
        UNION ALL
        MATCH (item:Item) WHERE item.firstVisits90 IS NULL
        RETURN item
      }
      FILTER NOT item IN never AND coalesce(item.active, true)
      LIMIT 275
      RETURN collect(item) AS kept
    }
    RETURN 'non-personalized' AS source, .5 AS weight, kept
  }
  UNWIND range(0, size(kept) - 1) AS rank
  WITH kept[rank] AS item, min(rank / weight) AS priority, collect(source) AS sources
  RETURN coll.sort(collect([priority, item, sources]))[..275] AS usual
}
// What is asked for where that is less, or more, or other: each source's best of it, and what fills up.
LET plain = $items IS NULL AND free AND $only IS NULL AND $unseenFor IS NULL AND $perCategory IS NULL
  AND coalesce($k, 20) <= 275
CALL (here, offers, plain, hidden, free, wanted, unwanted) {
  WHEN plain THEN { RETURN [] AS asked }
  WHEN $items IS NOT NULL THEN {
    UNWIND coll.distinct($items) AS id
    MATCH (item:Item {id: id})
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
    RETURN collect([item, ['items']]) AS asked
  }
  ELSE {
    CALL (here, offers, hidden, free, wanted, unwanted) {
      CALL (here, offers, wanted) {
        UNWIND offers AS offer
        RETURN offer.source AS source, offer.found AS found
        UNION ALL
        CALL (here, wanted) {
          WHEN wanted IS NOT NULL THEN {
            UNWIND wanted AS interest
            MATCH (interest)<-[:ABOUT]-(item:Item)
            WITH DISTINCT item
            RETURN coll.sort(collect([-coalesce(item.firstVisits90, 0.0), item])) AS found
          }
          WHEN $within IS NOT NULL THEN {
            MATCH (item:Item) WHERE point.distance(item.location, here) <= $within
            RETURN coll.sort(collect([-coalesce(item.firstVisits90, 0.0), item])) AS found
          }
        }
        RETURN 'non-personalized' AS source, [f IN found | f[1]] AS found
      }
      CALL (found, here, hidden, free, wanted, unwanted) {
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
        LIMIT toInteger(coll.max([100, coalesce($k, 20), CASE WHEN $perCategory IS NULL THEN 0 ELSE 1000 END]))
        RETURN collect(item) AS picked
      }
      RETURN source, picked
      UNION ALL
      CALL (here, hidden, free, wanted, unwanted) {
        WHEN wanted IS NULL AND $within IS NULL THEN {
          CALL () {
            MATCH (item:Item) WHERE item.firstVisits90 >= 0.0
            RETURN item ORDER BY item.firstVisits90 DESC LIMIT 1000000000
            UNION ALL
            MATCH (item:Item) WHERE item.firstVisits90 IS NULL
            RETURN item
          }
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
          LIMIT toInteger(coll.max([100, coalesce($k, 20), CASE WHEN $perCategory IS NULL THEN 0 ELSE 1000 END]))
          RETURN collect(item) AS rising
        }
        ELSE { RETURN [] AS rising }
      }
      RETURN 'non-personalized' AS source, rising AS picked
    }
    UNWIND picked AS item
    WITH item, collect(source) AS sources
    RETURN collect([item, sources]) AS asked
  }
}
CALL (plain, usual, asked, coVisited, alike, befriended) {
  LET picked = [u IN usual | u[1]] + [a IN asked | a[0]]
  CALL (plain, usual, asked, picked, coVisited, alike, befriended) {
    UNWIND befriended AS found
    FILTER found[1] IN picked
    RETURN found[1] AS item, [] AS sources, false AS isUsual, false AS isAsked,
      0.0 AS together, 0.0 AS ease, 0.0 AS easeLatest, null AS link,
      0.0 AS similar, 0 AS votes, found[2] AS friendly, found[3] AS friends
    UNION ALL
    UNWIND alike AS found
    FILTER found[1] IN picked
    RETURN found[1] AS item, [] AS sources, false AS isUsual, false AS isAsked,
      0.0 AS together, 0.0 AS ease, 0.0 AS easeLatest, null AS link,
      found[2] AS similar, found[3] AS votes, 0.0 AS friendly, 0 AS friends
    UNION ALL
    UNWIND coVisited AS found
    FILTER found[1] IN picked
    RETURN found[1] AS item, [] AS sources, false AS isUsual, false AS isAsked,
      found[2] AS together, found[3] AS ease, found[4] AS easeLatest, found[5] AS link,
      0.0 AS similar, 0 AS votes, 0.0 AS friendly, 0 AS friends
    UNION ALL
    UNWIND usual AS found
    RETURN found[1] AS item, CASE WHEN plain THEN found[2] ELSE [] END AS sources, true AS isUsual,
      plain AS isAsked, 0.0 AS together, 0.0 AS ease, 0.0 AS easeLatest, null AS link,
      0.0 AS similar, 0 AS votes, 0.0 AS friendly, 0 AS friends
    UNION ALL
    UNWIND asked AS found
    RETURN found[0] AS item, found[1] AS sources, false AS isUsual, true AS isAsked,
      0.0 AS together, 0.0 AS ease, 0.0 AS easeLatest, null AS link,
      0.0 AS similar, 0 AS votes, 0.0 AS friendly, 0 AS friends
  }
  WITH item, collect(sources) AS sources, max(isUsual) AS isUsual, max(isAsked) AS isAsked, sum(together) AS together,
    sum(ease) AS ease, sum(easeLatest) AS easeLatest, sum(similar) AS similar, sum(votes) AS votes, max(link) AS link,
    sum(friendly) AS friendly, sum(friends) AS friends
  RETURN collect({item: item, sources: coll.flatten(sources), isUsual: isUsual, isAsked: isAsked,
    together: together, ease: ease, easeLatest: easeLatest, similar: similar, votes: votes, friendly: friendly,
    friends: friends, own: link[1], users: link[2]}) AS candidates
}
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
LET task = 'discover', features = [
  'popularity', 'events', 'rising7', 'rising30', 'rising90', 'risingLate', 'trend', 'age', 'idle',
  'categoryRate', 'category', 'broaderCategory', 'huff3', 'huff1', 'reach', 'density', 'home', 'nearest',
  'likeMinded', 'together', 'easeRecent', 'easeLatest', 'popularityDistance', 'localPopularity', 'meaning',
  'hour', 'popularityTendency', 'maturity', 'strangerHour', 'strangerMeaning', 'friends', 'looked', 'shown',
  'declinedInterest', 'declinedAlike'
]
LET absolute = [
  'popularityTendency', 'maturity', 'strangerHour', 'strangerMeaning', 'friends', 'looked', 'shown',
  'declinedInterest', 'declinedAlike'
], normalisation = 'request'
LET relative = [name IN features | NOT name IN absolute]
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

// 5. Features.
LET fade7 = exp(-passed / 7), fade30 = exp(-passed / 30), fade60 = exp(-passed / 60),
  fadeLate = coalesce(exp(-passed / derivation.lateDays), 1.0), allVisits = derivation.firstVisits
LET allLate = fadeLate * derivation.firstVisitsLate
CALL (weighted, history, usualOwn, usualAll, tendency, looks, categories, places, home, taste, sense, localHour,
  cells, cellShares, candidates, befriended, shown, declinedInterest, declinedAlike, passed, fade7, fade30, fade60,
  fade90, fadeLate, allVisits, allLate) {
  LET n = history.size, last = size(places.points) - 1,
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
    THEN categories.weights[coll.indexOf(categories.narrow, category)] ELSE 0 END,
    likedAbove = CASE WHEN broader IN categories.broad
    THEN categories.broadWeights[coll.indexOf(categories.broad, broader)] ELSE 0 END
  // endregion
  CALL (item, weighted, cells, cellShares) {
    WITH item, cells, cellShares WHERE item.location IS NULL AND size(cells) > 0
    MATCH (item)-[p:POPULAR_IN]->(cell) WHERE cell IN cells
    LET n = CASE WHEN weighted THEN coalesce(p['weight'], p.count) ELSE p.count END
    RETURN sum(n * cellShares[coll.indexOf(cells, cell)]) AS bought
  }
  LET location = item.location, reach = coll.max([item.reach, 0.05])
  LET kms = [p IN points | point.distance(p, location) / 1000]
  LET embedding = item.embedding  // read once: half of a request is reading vectors
  LET near3 = reduce(s = 0.0, k IN range(0, last) | s + pull3[k] * exp(-kms[k] / 3)),
    near1 = reduce(s = 0.0, k IN range(0, last) | s + pull1[k] * exp(-kms[k])),
    around = reduce(s = 0.0, k IN range(0, last) | s + weights[k] * exp(-kms[k] / reach)),
    cosine = CASE WHEN size(embedding) = size(sense) AND any(v IN embedding WHERE v <> 0.0)
    THEN 2 * vector.similarity.cosine(embedding, sense) - 1 END
  LET look = CASE WHEN size(looks.items) > 0 THEN coll.indexOf(looks.items, item) ELSE -1 END
  LET visitors = CASE WHEN weighted THEN coalesce(item['userWeight'], item.users) ELSE item.users END,
    risen90 = fade90 * item.firstVisits90, late = fadeLate * item.firstVisitsLate,
    // Below 0 where a derivation, at work now, has come to an item already.
    age = passed + item.sinceFirst, idle = passed + item.sinceLast
  LET users = log(1.0 + visitors)
  LET x = [
    users,
    log(1.0 + CASE WHEN weighted THEN coalesce(item['eventWeight'], item.events) ELSE item.events END),
    log(.05 + fade7 * item.firstVisits7),
    log(.05 + fade30 * item.firstVisits30),
    log(.05 + risen90),
    log(.05 + late),
    CASE WHEN allVisits IS NULL THEN item['firstVisitsTrend']
      ELSE log(1.0 + late) - log(1.0 + visitors / allVisits * allLate) END,
    log(1.0 + CASE WHEN age < 0 THEN 0.0 ELSE age END),
    -log(1.0 + CASE WHEN idle < 0 THEN 0.0 ELSE idle END),
    CASE WHEN category.items > 0 THEN log(.05 + fade60 * category.firstVisits60 / category.items) END,
    CASE WHEN n > 0 THEN log((liked + 5 * category.share) / (n + 5) / category.share) END,
    CASE WHEN n > 0
      THEN log((likedAbove + 5 * broader.broadShare) / (n + 5) / broader.broadShare) END,
    CASE WHEN last >= 0 THEN log(1e-6 + (.05 + risen90) * near3) END,
    CASE WHEN last >= 0 THEN log(1e-6 + (.05 + risen90) * near1) END,
    CASE WHEN last >= 0 THEN log(1e-4 + around) END,
    log(1.0 + item.density),
    -log(point.distance(home, location) / 1000 + .1),
    -log(coll.min(kms) + .05),
    CASE WHEN taste IS NOT NULL THEN sqrt(candidate.similar) END,
    CASE WHEN n > 0 THEN sqrt(candidate.together) END,
    CASE WHEN n > 0 THEN sqrt(coll.max([0.0, candidate.ease])) END,
    CASE WHEN n > 0 THEN sqrt(coll.max([0.0, candidate.easeLatest])) END,
    -abs(users - usualOwn),
    CASE WHEN size(cells) > 0 AND location IS NULL THEN log(.05 + fade90 * bought) END,
    CASE WHEN n > 0 THEN cosine END,
    CASE WHEN n > 0 AND location IS NULL THEN log(.05 + item.hours[localHour]) END,
    tendency * (users - usualAll),
    (log(1.0 + n) - 3.3) / .8,
    CASE WHEN n = 0 THEN log(.05 + item.hours[localHour]) END,
    CASE WHEN n = 0 THEN cosine END,
    CASE WHEN befriended IS NOT NULL THEN log(1.0 + candidate.friendly) END,
    CASE WHEN size(looks.items) > 0 THEN CASE WHEN look >= 0 THEN looks.values[look] ELSE 0.0 END END,
    shown[place],
    declinedInterest[place],
    declinedAlike[place]
  ]
  RETURN collect({item: item, category: category, x: x, place: place}) AS described
}

// 6. Scores. What is normalised per request has mean and deviation of the usual candidates, so that a score
// tells how an item differs from the others that were possible; what is the same for all of them tells nothing.
CALL (model, relative, candidates, described) {
  LET xs = [d IN described WHERE candidates[d.place].isUsual | d.x], units = model.units
  LET norms = [f IN range(0, size(relative) - 1) | CASE WHEN NOT relative[f] THEN [model.mean[f], model.scale[f]]
    ELSE [known IN [[x IN xs WHERE x[f] IS NOT NULL | x[f]]] WHERE size(known) > 0 |
      [mean IN [reduce(s = 0.0, v IN known | s + v) / size(known)] |
        [mean, sqrt(reduce(s = 0.0, v IN known | s + (v - mean) * (v - mean)) / size(known))]][0]][0] END]
  LET mean = [norm IN norms | norm[0]], scale = [norm IN norms | CASE WHEN norm[1] > 1e-6 THEN norm[1] ELSE 1e300 END]
  UNWIND described AS one
  WITH one.item AS item, one.category AS category, one.x AS x, one.place AS place, model, units, mean, scale,
    candidates
  WHERE candidates[place].isAsked
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

// 7. The best of them, and why.
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
CALL (explain, item, candidate, best, category, here, history, looks, places, categories, cells, texts,
  showings, fade90) {
  WHEN explain THEN {
    LET last = history.items[0], own = history.items[candidate.own], look = coll.indexOf(looks.items, item)
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
    CALL (item, cells, fade90) {
      OPTIONAL MATCH (item)-[p:POPULAR_IN]->(cell) WHERE cell IN cells
      RETURN coalesce(cell.name, cell.id) AS area, fade90 * p.count AS bought ORDER BY bought DESC, area LIMIT 1
    }
    RETURN [reason IN [
      {reason: 'candidate', sources: candidate.sources},
      CASE WHEN own IS NOT NULL THEN {reason: 'coVisited', id: own.id, name: own.name,
        count: candidate.users} END,
      CASE WHEN candidate.votes > 0 THEN {reason: 'similarUsers', count: candidate.votes} END,
      CASE WHEN candidate.friends > 0 THEN {reason: 'friends', count: candidate.friends} END,
      CASE WHEN look >= 0 THEN {reason: 'looked', count: looks.counts[look], days: looks.days[look]} END,
      CASE WHEN showings[best.place] > 0 THEN {reason: 'shown', count: showings[best.place]} END,
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
  score, base, x AS features, [f IN range(0, size(x) - 1) |
    CASE WHEN relative[f] AND x[f] IS NOT NULL THEN z[f] ELSE x[f] END] AS normalised, terms, rest, because,
  model.name AS model, derivation.asOf AS asOf,
  derivation.parameters IS NOT NULL AND derivation.finishedAt IS NULL AS partial
ORDER BY score DESC, id
