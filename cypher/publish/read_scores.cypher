// Read how much each person's recent interests fit, so that people can be counted with differential privacy.
//
// The score is that of `audience.find_users`, but that an event counts what its kind weighs, and not beside the largest
// kind that `derive` saw: which kinds occur is what others did. Events at or after `$at` do not count.
//
// @mode read
// @param interests LIST<STRING>                 ids of interests
// @param near      POINT = null                 where the events were
// @param within    FLOAT = 1000.0               metres around `$near`
// @param hours     LIST<INTEGER> = null         local hours of the day, 0 to 23
// @param at        ZONED DATETIME = datetime()  the moment; it may come in any zone
// @param days      FLOAT = 90.0                 how fast interest is forgotten
// @returns score FLOAT
// @plan NodeUniqueIndexSeek
CYPHER 25
LET until = coalesce($at, datetime()).epochMillis, near = $near, hours = $hours
LET within = coalesce($within, 1000.0), forget = 86400000.0 * coalesce($days, 90.0)
CALL () {
  OPTIONAL MATCH (kind:EventKind)
  WITH collect(kind) AS kinds
  RETURN {names: [k IN kinds | k.name],
    weights: [k IN kinds | CASE WHEN k.weight > 0 THEN toFloat(k.weight) ELSE 0.0 END] + [1.0]} AS kinds
}
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
    RETURN user, sum(exp((e.at.epochMillis - until) / forget) * worth) AS w
    UNION ALL
    MATCH (user:User)-[d:DECLINED]->(item)
    WHERE d.at.epochMillis < until
      AND coalesce(near IS NULL OR point.distance(item.location, near) <= within, true)
      AND NOT EXISTS { (user)-[e:INTERACTED]->(item) WHERE d.at.epochMillis < e.at.epochMillis < until }
    RETURN user, sum(-exp((d.at.epochMillis - until) / forget)) AS w
  }
  WITH user, sum(about * w) AS fitting
  WHERE fitting > 0
    AND NOT EXISTS {
      (user)-[d:DECLINED]->(:Interest)<-[:BROADER*0..8]-(asked:Interest)
      WHERE asked.id IN $interests AND d.at.epochMillis < until
    }
  RETURN user, fitting
}
CALL (user, until, forget, kinds) {
  MATCH (user)-[e:INTERACTED]->() WHERE e.at.epochMillis < until
  LET worth = kinds.weights[coll.indexOf(kinds.names, coalesce(e.kind, ''))]
  RETURN sum(exp((e.at.epochMillis - until) / forget) * worth) AS total
}
RETURN fitting / (total + 3) AS score
