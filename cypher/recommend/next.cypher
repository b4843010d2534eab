// Recommend where the user will go now, from where they are. Known places count.
//
// Candidates come from four sources, which `because` names: own (the user's own items), next (what
// follows their last item), nearby (the surroundings of `$here`, else of the last place), and
// non-personalized (what is rising anywhere). The strongest features are attention over the user's
// own events: each event votes for its item, and its vote weighs as much as the moment of the event
// is like now in hour, in kind of day, in the place before and in the time since that.
//
// The fusion model of the graph turns features into z = (x - mean) / scale and scores
// bias + linear·z + Σ output·max(0, weights·z + bias) over its hidden units. That is piecewise
// linear: `base` plus the share of each feature is the score exactly. The weights of the model are
// aligned to the names of the features once a request: a feature that the model lacks weighs 0, a
// model that knows other features is refused.
//
// A feature that cannot be computed is null and counts as its mean: z = 0. Events at or after `$at`
// do not count; the statistics across users stand as of `asOf`, the older of two moments while they are
// `partial`. `$at` is localised to the zone of the user's latest event (else of an event near `$here`)
// before hours are compared. An event that is a date without a clock has no hour and votes for none:
// where all are dates, the features of the user's hours are null.
//
// Events count by their kind: w(e) is the weight of its `EventKind` beside the largest one that `derive` saw.
//
// In the formulas, Σ_e is the sum of w(e) · over the user's latest 600 events at the candidate; ages are in days,
// gaps in hours; Δh is the distance of the hours of the day; G(Δ, σ) = exp(-Δ² / 2σ²); same is 1 on the
// same kind of day (working day or weekend) and else 0; after is 1 where the event before was at the
// user's last item; near = exp(-d / .3 km) of the place before and the last place; since = G of the log
// gap before the event and that until now, σ .5; fading = exp(-age / 60). a is the user's last item.
//
// @mode read
// @public
// @param user        STRING = null                the user's id; null or an unknown one: a stranger
// @param at          ZONED DATETIME = datetime()  the moment; it may come in any zone
// @param here        POINT = null                 where the user is; else their last place counts
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
// @feature hourSharp         T  log(.03 + Σ_e G(Δh, .5))
// @feature hour              T  log(.03 + Σ_e G(Δh, 1))
// @feature hourWide          T  log(.03 + Σ_e G(Δh, 4))
// @feature hourAndDay        T  log(.03 + Σ_e G(Δh, 2) same fading)
// @feature afterLast         G  log(.03 + Σ_e after)
// @feature afterLastAndHour  T  log(.03 + Σ_e after G(Δh, 2))
// @feature afterNear         T  log(.03 + Σ_e near)
// @feature afterNearAndHour  T  log(.03 + Σ_e near G(Δh, 2))
// @feature sinceLast         T  log(.03 + Σ_e since)
// @feature sinceLastAndHour  T  log(.03 + Σ_e since G(Δh, 2))
// @feature likeNow           T  log(.03 + Σ_e near since G(Δh, 2) (.3 + .7 same) fading)
// @feature recencyHours      T  log(.02 + Σ_e exp(-4 age))
// @feature recency1          T  log(.02 + Σ_e exp(-age))
// @feature recency3          T  log(.02 + Σ_e exp(-age / 3))
// @feature recency7          T  log(.02 + Σ_e exp(-age / 7))
// @feature recency30         T  log(.02 + Σ_e exp(-age / 30))
// @feature recency90         T  log(.02 + Σ_e exp(-age / 90))
// @feature hourShare         T  log(.005 + the candidate's part of Σ_e G(Δh, 1) over all events + .5)
// @feature hourAndDayShare   T  log(.005 + its part of Σ_e G(Δh, 2) same fading over all events + .5)
// @feature afterNearShare    T  log(.005 + its part of Σ_e near G(Δh, 2) over all events + .5)
// @feature sinceLastShare    T  log(.005 + its part of Σ_e since G(Δh, 2) over all events + .5)
// @feature visited           G  1 if the user has been there, else 0
// @feature visits            G  log(1 + the user's events there)
// @feature visitShare        G  log(.005 + the user's events there / all their events)
// @feature lastVisit         T  -log(.02 + age of the last event there)
// @feature overdue           T  log((age of the last event + .05) / (mean gap between events there, in days, + .05))
// @feature offRhythm         T  |overdue|
// @feature visitedAfterGap   T  log(hours since the last event + .02), of visited items
// @feature stay              G  1 if it is the last item, else 0
// @feature popularity        G  log(1 + distinct users)
// @feature events            G  log(1 + events)
// @feature recent            T  log(.1 + Σ events · exp(-age / 30))
// @feature rising90          T  log(.05 + Σ first visits · exp(-age / 90))
// @feature itemHour          T  log(.05 + share of the item's events at this hour, times 24)
// @feature categoryHour      T  log(.05 + share of the category's events at this hour, times 24)
// @feature transition        G  log(transitions a → candidate / (departures of a + 5) + 1e-3)
// @feature categoryTransition T  log(1e-5 + (transitions of the categories in these three hours + 10 p) / (those of a's category then + 10)), p the same over all hours, shrunk to the category's share
// @feature distance          T  -log(d + .1) from `$here`, else from the last place
// @feature distanceSoon      T  as distance, within half an hour of the last event
// @feature distanceLater     T  as distance, two to six hours after the last event
// @feature speed             T  -log(1 + d / (hours since the last event + .05) / 10)
// @feature around            T  log(1e-4 + Σ share of events · exp(-d / .3)) over the 20 most visited own places
// @feature categoryAtHour    T  log(.005 + the category's part of Σ_e G(Δh, 2) over all events + .5)
// @feature newPopularity     G  popularity, of items that are new to the user
// @feature newDistance       T  distance, of items that are new to the user
// @feature newTransition     G  transition, of items that are new to the user
// @feature newCategory       G  log(.005 + the category's part of the user's events), of items that are new to the user
// @feature newRecent         T  recent, of items that are new to the user
// @feature newRising         T  rising90, of items that are new to the user
// @feature returning         G  log(.05 + the part of the category's events that return to what their user had), of known items
// @feature exploring         G  log(.05 + own items / own events), of items that are new to the user
// @feature shown             T  log(1 + Σ exp(-age / 30)) of the moments it was shown to them since their last event there
// @feature declinedInterest  G  log(1 + the mean, over its categories and keywords, of Σ exp(-age / 90) of what they declined of them)
// @feature declinedAlike     L  log(1 + Σ exp(-age / 90) · cos) over the 20 items declined last, cos of tastes, else of texts, from 0 on
// @plan NodeUniqueIndexSeek, NodeIndexSeekByRange
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
LET fade30 = exp(-passed / 30), fade90 = exp(-passed / 90)
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

// 1. The history: own events, latest first, as parallel lists; and the user's categories, at any hour
// and at this one, with their places, the most visited first.
CALL (user, at, until, kinds) {
  CALL (user, at, until, kinds) {
    MATCH (user)-[e:INTERACTED]->(item) WHERE e.at.epochMillis < until
    RETURN item, e.at AS t, coalesce(e.hour, -1) AS hour, e.kind AS kind,
      kinds.weights[coll.indexOf(kinds.names, coalesce(e.kind, ''))] AS w, 0 AS session
    UNION ALL
    UNWIND range(0, coalesce(size($session), 0) - 1) AS k
    MATCH (item:Item {id: $session[k]})
    RETURN item, at - duration({seconds: size($session) - k}) AS t, at.hour AS hour, null AS kind,
      kinds.weights[-1] AS w, 1 AS session
  }
  WITH item, t, hour, kind, w, session WHERE w > 0
  WITH item, t, hour, kind, w, session ORDER BY session DESC, t DESC, item DESC LIMIT 600
  WITH collect(item) AS items, collect(t) AS ts, collect(hour) AS hours, collect(w) AS ws,
    collect(coalesce(kind, '')) AS deeds,
    head(collect(CASE session WHEN 0 THEN t END)).timezone AS zone
  RETURN {items: items, ws: ws, deeds: deeds, size: reduce(s = 0.0, w IN ws | s + w),
    epochs: [t IN ts | t.epochSeconds], zone: zone,
    hours: [k IN range(0, size(ts) - 1) |
      CASE WHEN hours[k] >= 0 THEN hours[k] + ts[k].minute / 60.0 END],
    clocked: any(hour IN hours WHERE hour >= 0), weekends: [t IN ts | t.dayOfWeek > 5]} AS history
}
CALL (here, history, at) {
  OPTIONAL MATCH (item:Item)<-[e:INTERACTED]-()
  WHERE history.zone IS NULL AND point.distance(item.location, here) < 3000
  WITH e, history.zone AS zone, at LIMIT 1
  RETURN datetime({datetime: at, timezone: coalesce(zone, e.at.timezone, at.timezone)}) AS local
}
LET clock = local.hour + local.minute / 60.0, weekend = local.dayOfWeek > 5, hourNow = local.hour
CALL (history, clock) {
  LET items = history.items, hours = history.hours
  UNWIND range(0, size(items) - 1) AS k
  LET off = abs(hours[k] - clock)
  LET d = CASE WHEN off > 12 THEN 24 - off ELSE off END
  WITH items[k] AS item, history.ws[k] AS w, exp(-d * d / 8) AS likeness
  WITH item, count(*) AS count, sum(w) AS w, sum(w * likeness) AS atHour
  OPTIONAL MATCH (item)-[:ABOUT]->(c:Interest {scheme: 'category'})
  WITH item, count, w, atHour, min([c.id, c])[1] AS category
  WITH category, sum(count) AS count, sum(w) AS w, sum(atHour) AS atHour,
    collect(CASE WHEN item.location IS NOT NULL THEN [-w, item] END) AS places
  WITH collect(category) AS nodes, collect(CASE WHEN category IS NOT NULL THEN count END) AS counts,
    collect(CASE WHEN category IS NOT NULL THEN w END) AS weights,
    collect(CASE WHEN category IS NOT NULL THEN atHour END) AS atHour, sum(atHour) AS atHourOfAll,
    coll.sort(coll.flatten(collect(places)))[..20] AS most
  LET visits = reduce(s = 0.0, m IN most | s - m[0])
  RETURN {nodes: nodes, counts: counts, weights: weights, atHour: atHour, atHourOfAll: atHourOfAll} AS categories,
    {points: [m IN most | m[1].location], shares: [m IN most | -m[0] / visits]} AS places
}

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
LET hidden = CASE WHEN $items IS NULL THEN declined ELSE [] END + lately

// 2. The context: the last item, the time since it, and what its category leads to, in all and in
// these three hours of the day.
LET n = history.size, known = size(history.items) > 0, clocked = history.clocked,
  last = history.items[0], now = at.epochSeconds
LET away = (now - history.epochs[0]) / 3600.0, lastPlace = last.location, departures = last.departures + 5.0
LET gap = log(away + .02), origin = coalesce(here, lastPlace)
CALL (last, hourNow) {
  MATCH (last)-[:ABOUT]->(from:Interest {scheme: 'category'})
  WITH from ORDER BY from.id LIMIT 1
  OPTIONAL MATCH (from)-[l:LEADS_TO]->(to)
  LET bin = l.bins[hourNow / 3]
  WITH collect(to) AS nodes, collect(l.count) AS counts, max(from.departures) AS total,
    collect(bin) AS now, sum(bin) AS totalNow
  RETURN {nodes: nodes, counts: counts, total: total, now: now, totalNow: totalNow} AS leads
}

// 3. The votes of the user's own events, for each own item; and what follows the last item. Lists are sorted
// rather than rows: a sort of rows is charged for every list in scope, once a row.
CALL (history, last, lastPlace, now, clock, hourNow, weekend, origin, gap) {
  LET items = history.items, epochs = history.epochs, hours = history.hours,
    weekends = history.weekends, ws = history.ws, deeds = history.deeds
  UNWIND range(0, size(items) - 1) AS k
  LET item = items[k], before = items[k + 1], w = ws[k], kind = deeds[k], age = (now - epochs[k]) / 86400.0,
    off = abs(hours[k] - clock), ofHour = abs(hours[k] - hourNow),
    g = log((epochs[k] - epochs[k + 1]) / 3600.0 + .02) - gap,
    same = CASE WHEN weekends[k] = weekend THEN 1.0 ELSE 0.0 END
  LET d = CASE WHEN off > 12 THEN 24 - off ELSE off END,
    after = CASE WHEN before = last THEN 1.0 ELSE 0.0 END,
    near = coalesce(exp(-point.distance(before.location, lastPlace) / 300), 0.0),
    since = coalesce(exp(-2 * g * g), 0.0), fading = exp(-age / 60)
  LET h1 = exp(-d * d / 2), h2 = exp(-d * d / 8), was = w * after, by = w * near, ago = w * since
  WITH item, w, kind, age, ofHour, d, h1, h2, same, after, was, by, ago, since, fading
  WITH item, sum(w) AS visits, count(*) AS count, head(collect(kind)) AS kind, min(age) AS latest, max(age) AS first,
    sum(w * exp(-2 * d * d)) AS hourSharp, sum(w * h1) AS hour, sum(w * exp(-d * d / 32)) AS hourWide,
    sum(w * h2 * same * fading) AS hourAndDay, sum(was) AS afterLast, sum(was * h2) AS afterLastAndHour,
    sum(by) AS afterNear, sum(by * h2) AS afterNearAndHour, sum(ago) AS sinceLast,
    sum(ago * h2) AS sinceLastAndHour,
    sum(by * since * h2 * (.3 + .7 * same) * fading) AS likeNow,
    sum(CASE WHEN ofHour < 1.5 OR ofHour > 22.5 THEN 1 ELSE 0 END) AS atThisHour,
    sum(toInteger(after)) AS afterLastCount,
    [sum(w * exp(-4 * age)), sum(w * exp(-age)), sum(w * exp(-age / 3)), sum(w * exp(-age / 7)),
      sum(w * exp(-age / 30)), sum(w * exp(-age / 90))] AS recencies
  RETURN collect([item, {visits: visits, count: count, kind: kind, latest: latest, first: first,
    atThisHour: atThisHour, afterLast: afterLastCount,
    kernels: [hourSharp, hour, hourWide, hourAndDay, afterLast, afterLastAndHour, afterNear,
      afterNearAndHour, sinceLast, sinceLastAndHour, likeNow],
    shared: [hour, hourAndDay, afterNearAndHour, sinceLastAndHour],
    recencies: recencies}]) AS own
}
CALL (last, weighted) {
  MATCH (last)-[f:FOLLOWED_BY]->(item)
  RETURN collect([item, CASE WHEN weighted THEN coalesce(f['weight'], f.count) ELSE f.count END, f.count]) AS following
}
// All votes of the kernels whose shares are features.
LET totals = [k IN range(0, 3) | reduce(s = .5, vote IN own | s + vote[1].shared[k])]
// Candidates: of what each source offers, best first, as many as its quota of those that are allowed. Of
// what is not asked of anybody, as many as are asked for, and more where few of a category may stay.
CALL (here, known, origin, fade90, hidden, free, wanted, unwanted, own, following) {
  CALL (here, known, origin, fade90, wanted, own, following) {
    WHEN $items IS NOT NULL THEN {
      UNWIND coll.distinct($items) AS id
      MATCH (item:Item {id: id})
      RETURN 'items' AS source, size($items) AS quota, collect(item) AS found
    }
    ELSE {
      CALL (here, known, origin, fade90, wanted, own, following) {
        RETURN 'own' AS source, 600 AS quota, [vote IN own | vote[0]] AS found
        UNION ALL
        RETURN 'next' AS source, 600 AS quota, [f IN following | f[0]] AS found
        UNION ALL
        WITH origin AS p, fade90, CASE WHEN known THEN 1000 ELSE 2000 END AS radius
        MATCH (item:Item) WHERE point.distance(item.location, p) < radius
        WITH coll.sort(collect([-coalesce(.05 + fade90 * item.firstVisits90, 0.0) *
          exp(-point.distance(item.location, p) / 300), item])) AS found
        RETURN 'nearby' AS source, 60 AS quota, [f IN found | f[1]] AS found
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
        RETURN 'non-personalized' AS source, toInteger(coll.max([30, coalesce($k, 20),
          CASE WHEN $perCategory IS NULL THEN 0 ELSE 1000 END])) AS quota,
          [f IN found | f[1]] AS found
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
    LIMIT toInteger(coll.max([600, coalesce($k, 20), coalesce(size($items), 0),
      CASE WHEN $perCategory IS NULL THEN 0 ELSE 1000 END]))
    RETURN collect(item)[..quota] AS picked
  }
  RETURN collect([source, picked]) AS listed
}
// Of what is rising anywhere only as many are read as it takes; what `derive` has not seen fills up.
CALL (here, hidden, free, wanted, unwanted) {
  WHEN $items IS NULL AND wanted IS NULL AND $within IS NULL THEN {
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
    LIMIT toInteger(coll.max([30, coalesce($k, 20),
      CASE WHEN $perCategory IS NULL THEN 0 ELSE 1000 END]))
    RETURN [['non-personalized', collect(item)]] AS rising
  }
  ELSE { RETURN [] AS rising }
}
LET offers = listed + rising
LET picked = coll.flatten([offer IN offers | offer[1]])
CALL (offers, picked, own, following) {
  CALL (offers, picked, own, following) {
    UNWIND following AS f
    FILTER f[0] IN picked
    RETURN f[0] AS item, null AS source, null AS votes, f[1] AS moves, f[2] AS users
    UNION ALL
    UNWIND own AS vote
    FILTER vote[0] IN picked
    RETURN vote[0] AS item, null AS source, vote[1] AS votes, 0 AS moves, 0 AS users
    UNION ALL
    UNWIND offers AS offer
    LET source = offer[0]
    UNWIND offer[1] AS item
    RETURN item, source, null AS votes, 0 AS moves, 0 AS users
  }
  WITH item, collect(source) AS sources, head(collect(votes)) AS votes, sum(moves) AS moves, sum(users) AS users
  RETURN collect({item: item, sources: sources, votes: votes, moves: moves, users: users}) AS candidates
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
LET task = 'next', features = [
  'hourSharp', 'hour', 'hourWide', 'hourAndDay', 'afterLast', 'afterLastAndHour', 'afterNear',
  'afterNearAndHour', 'sinceLast', 'sinceLastAndHour', 'likeNow', 'recencyHours', 'recency1', 'recency3',
  'recency7', 'recency30', 'recency90', 'hourShare', 'hourAndDayShare', 'afterNearShare',
  'sinceLastShare', 'visited', 'visits', 'visitShare', 'lastVisit', 'overdue', 'offRhythm',
  'visitedAfterGap', 'stay', 'popularity', 'events', 'recent', 'rising90', 'itemHour', 'categoryHour',
  'transition', 'categoryTransition', 'distance', 'distanceSoon', 'distanceLater', 'speed', 'around',
  'categoryAtHour', 'newPopularity', 'newDistance', 'newTransition', 'newCategory', 'newRecent',
  'newRising', 'returning', 'exploring', 'shown', 'declinedInterest', 'declinedAlike'
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
LET repeatShare = derivation.repeatShare, exploring = log(.05 + size(own) / (size(history.items) + 1e-9))
CALL (features, model, weighted, fade30, fade90, n, known, clocked, last, departures, origin, hourNow, away, gap, categories,
  places, leads, candidates, totals, repeatShare, exploring, shown, declinedInterest, declinedAlike) {
  LET mean = model.mean, scale = model.scale, units = model.units, points = places.points,
    shares = places.shares, none = {visits: 0.0, count: 0, kernels: [k IN range(1, 11) | 0.0],
      shared: [k IN range(1, 4) | 0.0], recencies: [k IN range(1, 6) | 0.0]}
  UNWIND range(0, size(candidates) - 1) AS place
  LET candidate = candidates[place]
  LET item = candidate.item, votes = coalesce(candidate.votes, none), location = candidate.item.location
  CALL (item) {
    OPTIONAL MATCH (item)-[:ABOUT]->(found:Interest {scheme: 'category'})
    RETURN found AS category ORDER BY found.id LIMIT 1
  }
  LET km = point.distance(origin, location) / 1000,
    visits = votes.visits, shared = votes.shared,
    liked = log(1.0 + CASE WHEN weighted THEN coalesce(item['userWeight'], item.users) ELSE item.users END),
    recent = log(.1 + fade30 * item.recent30),
    rising = log(.05 + fade90 * item.firstVisits90),
    moved = log(candidate.moves / departures + 1e-3),
    lead = coalesce(coll.indexOf(leads.nodes, category), -1),
    mine = coalesce(coll.indexOf(categories.nodes, category), -1)
  LET new = votes.count = 0, near = -log(km + .1),
    led = (CASE WHEN lead >= 0 THEN leads.counts[lead] ELSE 0 END + 5 * category.share) / (leads.total + 5),
    overdue = CASE WHEN votes.count > 1
      THEN log((votes.latest + .05) / ((votes.first - votes.latest) / (votes.count - 1) + .05)) END,
    likedCategory = CASE WHEN known AND category IS NOT NULL
      THEN log(.005 + CASE WHEN mine >= 0 THEN categories.weights[mine] / n ELSE 0 END) END
  LET x = [f IN range(0, 10) |
      CASE WHEN known AND (clocked OR features[f] IN ['afterLast', 'afterNear', 'sinceLast'])
        THEN log(.03 + votes.kernels[f]) END]
    + [w IN votes.recencies | CASE WHEN known THEN log(.02 + w) END]
    + [k IN range(0, 3) | CASE WHEN clocked THEN log(.005 + shared[k] / totals[k]) END]
    + [
    CASE WHEN new THEN 0.0 ELSE 1.0 END,
    CASE WHEN known THEN log(1.0 + visits) END,
    CASE WHEN known THEN log(.005 + visits / n) END,
    CASE WHEN NOT new THEN -log(.02 + votes.latest) END,
    overdue,
    abs(overdue),
    CASE WHEN NOT new THEN gap END,
    CASE WHEN item = last THEN 1.0 ELSE 0.0 END,
    liked,
    log(1.0 + CASE WHEN weighted THEN coalesce(item['eventWeight'], item.events) ELSE item.events END),
    recent,
    rising,
    log(.05 + item.hours[hourNow]),
    log(.05 + category.hours[hourNow]),
    moved,
    log(1e-5 + (CASE WHEN lead >= 0 THEN leads.now[lead] ELSE 0 END + 10 * led) / (leads.totalNow + 10)),
    near,
    CASE WHEN away < .5 THEN near END,
    CASE WHEN away >= 2 AND away < 6 THEN near END,
    -log(1 + km / (away + .05) / 10),
    CASE WHEN size(points) > 0 AND location IS NOT NULL
      THEN log(reduce(s = 1e-4, k IN range(0, size(points) - 1) |
        s + shares[k] * exp(-point.distance(points[k], location) / 300))) END,
    CASE WHEN clocked AND category IS NOT NULL THEN log(.005 +
      CASE WHEN mine >= 0 THEN categories.atHour[mine] / (categories.atHourOfAll + .5) ELSE 0 END) END,
    CASE WHEN new THEN liked END,
    CASE WHEN new THEN near END,
    CASE WHEN new THEN moved END,
    CASE WHEN new THEN likedCategory END,
    CASE WHEN new THEN recent END,
    CASE WHEN new THEN rising END,
    CASE WHEN NOT new THEN log(.05 + coalesce(category.repeatShare, repeatShare)) END,
    CASE WHEN new AND known THEN exploring END,
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
CALL (explain, item, candidate, best, category, origin, here, last, categories, showings) {
  WHEN explain THEN {
    LET votes = candidate.votes, km = point.distance(origin, item.location) / 1000
    RETURN [reason IN [
      {reason: 'candidate', sources: candidate.sources},
      CASE WHEN votes IS NOT NULL THEN {reason: 'visited', count: votes.count,
        days: votes.latest, kind: votes.kind} END,
      CASE WHEN votes.atThisHour > 0 THEN {reason: 'atThisHour', count: votes.atThisHour} END,
      CASE WHEN votes.afterLast > 0 THEN {reason: 'afterLast', id: last.id, name: last.name,
        count: votes.afterLast} END,
      CASE WHEN candidate.moves > 0 THEN {reason: 'followedBy', id: last.id, name: last.name,
        count: candidate.users} END,
      CASE WHEN showings[best.place] > 0 THEN {reason: 'shown', count: showings[best.place]} END,
      CASE WHEN km IS NOT NULL AND here IS NOT NULL THEN {reason: 'here', km: km} END,
      CASE WHEN km IS NOT NULL AND here IS NULL THEN {reason: 'near', id: last.id,
        name: last.name, km: km} END,
      CASE WHEN category IN categories.nodes THEN {reason: 'interest', id: category.id,
        name: category.name, count: categories.counts[coll.indexOf(categories.nodes, category)]} END,
      CASE WHEN item.users > 0 THEN {reason: 'popular', count: item.users} END
    ] WHERE reason IS NOT NULL] AS because
  }
  ELSE { RETURN null AS because }
}
RETURN item.id AS id, item.name AS name, category.name AS category, item.location AS location,
  score, base, x AS features, terms, rest, because, model.name AS model, derivation.asOf AS asOf,
  derivation.parameters IS NOT NULL AND derivation.finishedAt IS NULL AS partial
ORDER BY score DESC, id
