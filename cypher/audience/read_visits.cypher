// Read who did something that fits an audience, within a span: how often, and how much of it lately.
//
// An event fits as in `audience.find_users`; here each counts once, whatever its kind. `recent` is the sum of
// e^(-age / $days) at `$until`.
//
// @mode read
// @param interests LIST<STRING>            ids of interests
// @param until     ZONED DATETIME          events at or after it do not count
// @param since     ZONED DATETIME = null   nor those before it
// @param near      POINT = null            where the events were
// @param within    FLOAT = 1000.0          metres around `$near`
// @param hours     LIST<INTEGER> = null    local hours of the day, 0 to 23
// @param days      FLOAT = 90.0            how fast events are forgotten
// @returns id STRING, events INTEGER, recent FLOAT
CYPHER 25
LET until = $until.epochMillis, since = coalesce($since.epochMillis, -9223372036854775808)
LET near = $near, within = coalesce($within, 1000.0), hours = $hours
LET forget = 86400000.0 * coalesce($days, 90.0)
CALL () {
  UNWIND $interests AS id
  MATCH (top:Interest {id: id})<-[:BROADER*0..8]-(:Interest)<-[:ABOUT]-(item:Item)
    USING INDEX SEEK top:Interest(id)  // else scanned at times, while data changes
  RETURN DISTINCT item
}
MATCH (user:User)-[e:INTERACTED]->(item)
WHERE since <= e.at.epochMillis < until AND (hours IS NULL OR coalesce(e.hour IN hours, false))
  AND (near IS NULL OR point.distance(coalesce(item.location, e.location), near) <= within)
WITH user, count(*) AS events, sum(exp((e.at.epochMillis - until) / forget)) AS recent
RETURN user.id AS id, events, recent ORDER BY id
