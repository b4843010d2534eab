// Find what is trending: items with more events lately than they have at this time of the week.
//
// The events of the latest `$hours` before `$at` are set beside those of the same hours and weekday of
// up to eight earlier weeks, as many as the graph has whole. An event counts e^(-2 age / `$hours`) times
// what its kind is worth; `observed` is the sum over the latest hours. `expected` is what the earlier
// weeks let expect, drawn towards the mean level of all items as if by one week more:
// (Σ earlier + mean) / (weeks + 1). So what is popular at this hour every week is not trending, nor is
// a single event where there was none before.
//
// `surprise` says in standard deviations how far the observed lies above the expected: the signed root
// of the deviance, 2 (o log(o / e) - (o + r) log((o + r) / (e + r))), of a negative binomial
// distribution of mean e and shape r = Σ earlier + mean. That is what a Gamma-distributed level that was seen for some
// weeks predicts for the next one (Gelman et al., Bayesian Data Analysis, 2013, 2.6); its root is
// nearly normal (Pierce and Schafer, 1986). For o, e and r the sums are divided by Σ w² / Σ w of the
// item's events, because a sum of weights w varies as that many times a count does (Fay and Feuer,
// 1997).
//
// Listed is what `$minUsers` people or more brought about and what surprises by 2 or more. Weeks are 168 hours.
// No statistics are needed, and events at or after `$at` do not count.
//
// @mode read
// @public
// @param at       ZONED DATETIME = datetime()  the moment; it may come in any zone
// @param hours    FLOAT = 24                   how far back is lately
// @param here     POINT = null                 where: around this place, by where items are, else where events were
// @param within   FLOAT = 2000                 metres around `$here`
// @param place    STRING = null                where: the name of a place, where places have no coordinates
// @param interest STRING = null                the id of an interest; narrower ones count
// @param only     STRING = null                'places' with a location, 'goods' without; null: both
// @param minUsers INTEGER = 5                  fewer people are not told of
// @param k        INTEGER = 20                 how many
// @returns id STRING, name STRING, category STRING, location POINT, observed FLOAT, expected FLOAT,
//     surprise FLOAT, events INTEGER, users INTEGER, weeks INTEGER
// @node item Item
// @plan DirectedRelationshipIndexSeekByRange
CYPHER 25
LET fault = CASE
  WHEN NOT ($hours IS NULL OR $hours IS :: INTEGER | FLOAT) THEN 'hours has to be a FLOAT, it is ' + valueType($hours)
  WHEN NOT coalesce(0 < $hours AND $hours <= 168, true) THEN 'hours has to be more than 0 and no more than a week, 168'
  WHEN NOT ($only IS NULL OR $only IN ['places', 'goods']) THEN "only has to be 'places' or 'goods'"
END
// Cypher cannot raise an error; a text that is no date does, and shows it.
FILTER CASE WHEN fault IS NULL THEN true ELSE date(fault) IS NULL END
LET until = coalesce($at, datetime()).epochMillis, span = 3600000.0 * coalesce($hours, 24)
LET here = $here, within = coalesce($within, 2000), cell = 'place:' + $place
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
CALL () {
  MATCH ()-[e:INTERACTED]->() WHERE e.at IS NOT NULL
  RETURN e.at.epochMillis AS first ORDER BY e.at LIMIT 1
}
LET weeks = coll.max([0, coll.min([8, toInteger((until - span - first) / 604800000.0)])])

// Every item's events in the same span of this week and of the earlier ones. The index is asked for a
// second more at either end: it orders moments, and these are compared as instants.
CALL (until, span, here, within, cell, kinds, weeks) {
  UNWIND range(0, weeks) AS week
  LET end = until - week * 604800000
  LET earliest = datetime({epochMillis: toInteger(end - span) - 1000}),
    latest = datetime({epochMillis: end + 1000})
  MATCH (user)-[e:INTERACTED]->(item) WHERE e.at > earliest AND e.at < latest
  LET age = end - e.at.epochMillis
  FILTER age > 0 AND age <= span AND (cell IS NULL OR e.cell = cell)
    AND (here IS NULL OR point.distance(coalesce(item.location, e.location), here) <= within)
  LET w = exp(-2 * age / span) * kinds.weights[coll.indexOf(kinds.names, coalesce(e.kind, ''))]
  FILTER w > 0
  WITH item, sum(CASE WHEN week = 0 THEN w ELSE 0.0 END) AS observed,
    sum(CASE WHEN week > 0 THEN w ELSE 0.0 END) AS earlier, sum(w * w) / sum(w) AS scale,
    count(CASE WHEN week = 0 THEN 1 END) AS events,
    count(DISTINCT CASE WHEN week = 0 THEN user END) AS users
  RETURN avg(observed + earlier) AS level, collect([item, observed, earlier, scale, events, users]) AS levels
}
LET mean = level / (weeks + 1)
UNWIND levels AS l
LET item = l[0], observed = l[1], sum = l[2] + mean, scale = l[3], users = l[5]
LET expected = sum / (weeks + 1)
FILTER users >= toInteger(coalesce($minUsers, 5)) AND observed > expected AND coalesce(item.active, true)
  AND ($only IS NULL OR $only = 'places' XOR item.location IS NULL)
LET deviance = 2 * (observed * log(observed / expected)
  - (observed + sum) * log((observed + sum) / (expected + sum))) / scale
FILTER deviance >= 4 AND ($interest IS NULL
  OR EXISTS { (item)-[:ABOUT]->(:Interest)-[:BROADER*0..8]->(:Interest {id: $interest}) })
// Lists are sorted rather than rows: a sort of rows is charged for every list in scope, once a row.
WITH coll.sort(collect([-sqrt(deviance), item.id, item, observed, expected, l[4], users, weeks])) AS ranks
UNWIND ranks[..toInteger(coalesce($k, 20))] AS r
LET item = r[2]
CALL (item) {
  OPTIONAL MATCH (item)-[:ABOUT]->(category:Interest {scheme: 'category'})
  RETURN category ORDER BY category.id LIMIT 1
}
RETURN item.id AS id, item.name AS name, category.name AS category, item.location AS location,
  r[3] AS observed, r[4] AS expected, -r[0] AS surprise, r[5] AS events, r[6] AS users, r[7] AS weeks
ORDER BY surprise DESC, id
