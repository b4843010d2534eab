// Tell what is between a user and an item: why an answer may leave the item out.
//
// `events` are the user's own ones with the item, by their kind; `had` tells whether one of them
// consumes it, `visited` whether anybody had one. `declined` is the latest moment at which the user
// declined it, unless a later event of theirs says otherwise; `declinedInterests` are interests that they
// declined and that it is about, or that are broader. `shown` are the moments at which it was shown to them
// since their last event with it. `last` is the user's last event with anything, and `zone` where that
// was, else that of an event with the item: where its hours are counted. Events at or after `$at` do not
// count.
//
// @mode read
// @public
// @param item STRING                       the item's id
// @param user STRING = null                the user's id
// @param at   ZONED DATETIME = datetime()  the moment; it may come in any zone
// @returns id STRING, name STRING, category STRING, location POINT, active BOOLEAN, visited BOOLEAN,
//     had BOOLEAN, events LIST<MAP>, declined ZONED DATETIME, declinedInterests LIST<MAP>,
//     shown LIST<ZONED DATETIME>, last MAP, zone STRING
// @node item Item
// @plan NodeUniqueIndexSeek
CYPHER 25
LET until = coalesce($at, datetime()).epochMillis
MATCH (item:Item {id: $item})
OPTIONAL MATCH (user:User {id: $user})
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
CALL (item) {
  OPTIONAL MATCH (item)-[:ABOUT]->(category:Interest {scheme: 'category'})
  RETURN category ORDER BY category.id LIMIT 1
}
CALL (user, item, until) {
  MATCH (user)-[e:INTERACTED]->(item) WHERE e.at.epochMillis < until
  WITH e.kind AS kind, count(*) AS count, max(e.at) AS last
  WITH kind, count, last ORDER BY count DESC, kind
  RETURN collect({kind: kind, count: count, last: last}) AS events
}
LET latest = coll.max([e IN events | e.last.epochMillis])
CALL (user, item, until, latest) {
  OPTIONAL MATCH (user)-[d:DECLINED]->(item) WHERE coalesce(latest, 0) <= d.at.epochMillis < until
  RETURN max(d.at) AS declined
}
CALL (user, item, until) {
  MATCH (item)-[:ABOUT]->(:Interest)-[:BROADER*0..8]->(interest:Interest)<-[d:DECLINED]-(user)
  WHERE d.at.epochMillis < until
  WITH interest, max(d.at) AS at ORDER BY at DESC, interest.id
  RETURN collect({id: interest.id, name: interest.name, at: at}) AS declinedInterests
}
CALL (user, item, until, latest) {
  OPTIONAL MATCH (user)-[s:SHOWN]->(item)
  RETURN coll.flatten(collect([t IN s.times WHERE coalesce(latest, 0) <= t.epochMillis < until])) AS shown
}
CALL (user, until) {
  OPTIONAL MATCH (user)-[e:INTERACTED]->(other) WHERE e.at.epochMillis < until
  RETURN e, other ORDER BY e.at.epochMillis DESC, other.id LIMIT 1
}
CALL (item) {
  OPTIONAL MATCH (item)<-[any:INTERACTED]-()
  RETURN any LIMIT 1
}
RETURN item.id AS id, item.name AS name, category.name AS category, item.location AS location,
  coalesce(item.active, true) AS active,
  EXISTS { MATCH (item)<-[v:INTERACTED]-() WHERE v.at.epochMillis < until } AS visited,
  any(own IN events WHERE kinds.consumes[coll.indexOf(kinds.names, coalesce(own.kind, ''))]) AS had,
  events, declined, declinedInterests, shown,
  CASE WHEN e IS NOT NULL THEN {at: e.at, kind: e.kind, id: other.id, name: other.name} END AS last,
  coalesce(e.at.timezone, any.at.timezone) AS zone
