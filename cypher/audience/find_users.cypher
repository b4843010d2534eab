// Find the users whose recent interests fit: an audience, with scores and reasons.
//
// An event fits when its item is about one of the interests, or about what is narrower, and when it
// was near `$near` and at one of `$hours`, where these are given (a date without a clock is at none). Events count by their kind (a
// dislike against the item) and by age, e^(-days / $days). The score is the fitting share of all
// that the user did, with three events that do not fit added, so that one event is no interest.
// Nobody is named when fewer than `$minSize` users fit. Events at or after `$at` do not count.
//
// @mode read
// @param interests LIST<STRING>                 ids of interests
// @param near      POINT = null                 where the events were
// @param within    FLOAT = 1000.0               metres around `$near`
// @param hours     LIST<INTEGER> = null         local hours of the day, 0 to 23
// @param at        ZONED DATETIME = datetime()  the moment; it may come in any zone
// @param days      FLOAT = 90.0                 how fast interest is forgotten
// @param minScore  FLOAT = 0.05                 the least score
// @param minSize   INTEGER = 5                  the smallest audience that is told
// @returns id STRING, score FLOAT, events INTEGER, last ZONED DATETIME, because LIST<MAP>
// @plan NodeUniqueIndexSeek
CYPHER 25
LET until = coalesce($at, datetime()).epochMillis, near = $near, hours = $hours
LET within = coalesce($within, 1000.0), forget = 86400000.0 * coalesce($days, 90.0)
CALL () {
  UNWIND $interests AS id
  MATCH (top:Interest {id: id})<-[:BROADER*0..8]-(tag:Interest)<-[a:ABOUT]-(item:Item)
    USING INDEX SEEK top:Interest(id)  // else scanned at times, while data changes
  WITH item, max(coalesce(a.weight, 1.0)) AS about
  RETURN collect(item) AS items, collect(about) AS abouts
}
CALL (items, abouts, until, near, within, hours, forget) {
  UNWIND range(0, size(items) - 1) AS k
  WITH items[k] AS item, abouts[k] AS about, until, near, within, hours, forget
  MATCH (user:User)-[e:INTERACTED]->(item)
  WHERE e.at.epochMillis < until AND (hours IS NULL OR coalesce(e.hour IN hours, false))
    AND (near IS NULL OR point.distance(coalesce(item.location, e.location), near) <= within)
  // region worth
  // What an event counts, by its kind.
  LET worth = CASE e.kind WHEN 'view' THEN 0.2 WHEN 'click' THEN 0.5 WHEN 'purchase' THEN 2.0
    WHEN 'dislike' THEN -1.0 ELSE 1.0 END
  // endregion
  WITH user, item, about, count(*) AS n, max(e.at) AS last,
    sum(exp((e.at.epochMillis - until) / forget) * worth) AS w
  WITH user, sum(about * w) AS fitting, sum(n) AS n, max(last) AS last, collect([-n, item.id, item]) AS most
  WHERE fitting > 0
  RETURN user, fitting, n, last, coll.sort(most)[..3] AS most
}
CALL (user, until, forget) {
  MATCH (user)-[e:INTERACTED]->() WHERE e.at.epochMillis < until
  // region worth
  // What an event counts, by its kind.
  LET worth = CASE e.kind WHEN 'view' THEN 0.2 WHEN 'click' THEN 0.5 WHEN 'purchase' THEN 2.0
    WHEN 'dislike' THEN -1.0 ELSE 1.0 END
  // endregion
  RETURN sum(exp((e.at.epochMillis - until) / forget) * CASE WHEN worth > 0 THEN worth ELSE 0.0 END) AS total
}
LET score = fitting / (total + 3)
WITH score, user, n, last, most WHERE score >= coalesce($minScore, 0.05)
WITH collect([-score, user.id, n, last, most]) AS audience
WHERE size(audience) >= toInteger(coalesce($minSize, 5))
UNWIND coll.sort(audience) AS a
RETURN a[1] AS id, -a[0] AS score, a[2] AS events, a[3] AS last,
  [m IN a[4] | {id: m[1], name: coalesce(m[2].name, m[1]), events: -m[0]}] AS because
ORDER BY score DESC, id
