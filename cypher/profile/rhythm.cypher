// Tell when a user is where: the matrix T of intensities, 24 hours by places.
//
// A place is an item with a location, and for goods the named place or the cell of their events.
// An event counts by its kind, times e^(-days / 90), in its own local hour; a row is a place, the one with the largest
// weight first, and all rows of all places would sum to 1, but for events of which a date alone is
// known: they have a weekday and no hour. Events at or after `$at` do not count.
//
// @mode read
// @public
// @param user STRING                       the user's id; an unknown one has no places
// @param at   ZONED DATETIME = datetime()  the moment; it may come in any zone
// @param k    INTEGER = 20                 how many places
// @returns id STRING, name STRING, location POINT, weight FLOAT, events INTEGER, hours LIST<FLOAT>,
//     weekdays LIST<FLOAT>, last ZONED DATETIME
// @node place Item|Cell
// @plan NodeUniqueIndexSeek
CYPHER 25
LET until = coalesce($at, datetime()).epochMillis
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
MATCH (user:User {id: $user})
// The places first, hours of the best alone: lists of parts of all of them would be large.
CALL (user, until, kinds) {
  MATCH (user)-[e:INTERACTED]->(item) WHERE e.at.epochMillis < until
  OPTIONAL MATCH (cell:Cell {id: e.cell})
  LET place = CASE WHEN item.location IS NULL THEN cell ELSE item END
  LET kind = kinds.weights[coll.indexOf(kinds.names, coalesce(e.kind, ''))]
  WITH place, e, kind * exp((e.at.epochMillis - until) / 86400000.0 / 90) AS w
  WHERE place IS NOT NULL AND kind > 0
  WITH place, sum(w) AS w, count(*) AS n, max(e.at) AS last
  RETURN coll.sort(collect([-w, place.id, place, n, last]))[..toInteger(coalesce($k, 20))] AS best,
    sum(w) AS total
}
LET places = [b IN best | b[2]], ids = [b IN best | b[1]]
CALL (user, until, kinds, places, ids) {
  MATCH (user)-[e:INTERACTED]->(item)
  WHERE e.at.epochMillis < until AND (item IN places OR e.cell IN ids)
  OPTIONAL MATCH (cell:Cell {id: e.cell})
  LET place = CASE WHEN item.location IS NULL THEN cell ELSE item END
  LET kind = kinds.weights[coll.indexOf(kinds.names, coalesce(e.kind, ''))]
  LET w = kind * exp((e.at.epochMillis - until) / 86400000.0 / 90)
  WITH place, e, w WHERE place IN places
  WITH place, e.hour AS hour, e.weekday AS weekday, sum(w) AS w
  RETURN place, collect([hour, weekday, w]) AS parts
}
LET found = best[coll.indexOf(places, place)]
RETURN place.id AS id, coalesce(place.name, place.id) AS name,
  coalesce(place.location, place.center) AS location, -found[0] / total AS weight, found[3] AS events,
  [h IN range(0, 23) | reduce(s = 0.0, p IN parts | s + CASE p[0] WHEN h THEN p[2] ELSE 0.0 END) / total]
    AS hours,
  [d IN range(1, 7) | reduce(s = 0.0, p IN parts | s + CASE p[1] WHEN d THEN p[2] ELSE 0.0 END) / total]
    AS weekdays,
  found[4] AS last
ORDER BY weight DESC, id
