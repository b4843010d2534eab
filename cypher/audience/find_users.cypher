// Find the users whose recent interests fit: an audience, with scores and reasons.
//
// An event fits when its item is about one of the interests, or about what is narrower, and when it
// was near `$near` and at one of `$hours`, where these are given (a date without a clock is at
// none). Events count by their kind and by age, e^(-days / $days). A fitting item that the user
// declined, and had no event with since, counts against them, like one event of weight 1, at
// whatever hour. The score is the fitting share of all that the user did, with three events that do
// not fit added, so that one event is no interest. Who declined one of the interests, or a broader
// one, does not fit. With `$community` only its members do. Nobody is named when fewer than `$minSize`
// users fit. Events at or after `$at` do not count.
//
// @mode read
// @public
// @param interests LIST<STRING>                 ids of interests
// @param near      POINT = null                 where the events were
// @param within    FLOAT = 1000.0               metres around `$near`
// @param hours     LIST<INTEGER> = null         local hours of the day, 0 to 23
// @param at        ZONED DATETIME = datetime()  the moment; it may come in any zone
// @param days      FLOAT = 90.0                 how fast interest is forgotten
// @param minScore  FLOAT = 0.05                 the least score
// @param minSize   INTEGER = 5                  the smallest audience that is told
// @param community STRING = null                the id of a community that was written
// @returns id STRING, score FLOAT, events INTEGER, last ZONED DATETIME, because LIST<MAP>
// @node user User
// @plan NodeUniqueIndexSeek
CYPHER 25
LET until = coalesce($at, datetime()).epochMillis, near = $near, hours = $hours
LET within = coalesce($within, 1000.0), forget = 86400000.0 * coalesce($days, 90.0)
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
  UNWIND $interests AS id
  MATCH (top:Interest {id: id})<-[:BROADER*0..8]-(tag:Interest)<-[a:ABOUT]-(item:Item)
    USING INDEX SEEK top:Interest(id)  // else scanned at times, while data changes
  WITH item, max(coalesce(a.weight, 1.0)) AS about
  RETURN collect(item) AS items, collect(about) AS abouts
}
CALL (items, abouts, until, near, within, hours, forget, kinds) {
  UNWIND range(0, size(items) - 1) AS k
  WITH items[k] AS item, abouts[k] AS about, until, near, within, hours, forget, kinds
  CALL (item, until, near, within, hours, forget, kinds) {
    MATCH (user:User)-[e:INTERACTED]->(item)
    WHERE e.at.epochMillis < until AND (hours IS NULL OR coalesce(e.hour IN hours, false))
      AND (near IS NULL OR point.distance(coalesce(item.location, e.location), near) <= within)
    LET worth = kinds.weights[coll.indexOf(kinds.names, coalesce(e.kind, ''))]
    RETURN user, count(*) AS n, max(e.at) AS last,
      sum(exp((e.at.epochMillis - until) / forget) * worth) AS w
    UNION ALL
    MATCH (user:User)-[d:DECLINED]->(item)
    WHERE d.at.epochMillis < until
      AND coalesce(near IS NULL OR point.distance(item.location, near) <= within, true)
      AND NOT EXISTS { (user)-[e:INTERACTED]->(item) WHERE d.at.epochMillis < e.at.epochMillis < until }
    RETURN user, 0 AS n, null AS last,
      sum(exp((d.at.epochMillis - until) / forget) * -kinds.weights[-1]) AS w
  }
  WITH user, sum(about * w) AS fitting, sum(n) AS n, max(last) AS last,
    collect(CASE WHEN n > 0 THEN [-n, item.id, item] END) AS most
  WHERE fitting > 0
    AND ($community IS NULL OR EXISTS { (user)-[:MEMBER_OF]->(:Community {id: $community}) })
    AND NOT EXISTS {
      (user)-[d:DECLINED]->(:Interest)<-[:BROADER*0..8]-(asked:Interest)
      WHERE asked.id IN $interests AND d.at.epochMillis < until
    }
  RETURN user, fitting, n, last, coll.sort(most)[..3] AS most
}
CALL (user, until, forget, kinds) {
  MATCH (user)-[e:INTERACTED]->() WHERE e.at.epochMillis < until
  LET worth = kinds.weights[coll.indexOf(kinds.names, coalesce(e.kind, ''))]
  RETURN sum(exp((e.at.epochMillis - until) / forget) * worth) AS total
}
LET score = fitting / (total + 3)
WITH score, user, n, last, most WHERE score >= coalesce($minScore, 0.05)
WITH collect([-score, user.id, n, last, most]) AS audience
WHERE size(audience) >= toInteger(coalesce($minSize, 5))
UNWIND coll.sort(audience) AS a
RETURN a[1] AS id, -a[0] AS score, a[2] AS events, a[3] AS last,
  [m IN a[4] | {id: m[1], name: coalesce(m[2].name, m[1]), events: -m[0]}] AS because
ORDER BY score DESC, id
