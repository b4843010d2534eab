// Tell when a user is where: the matrix T of intensities, 24 hours by places.
//
// A place is an item with a location, and for goods the named place or the cell of their events.
// An event counts e^(-days / 90) in its own local hour; a row is a place, the one with the largest
// weight first, and all rows of all places would sum to 1. Events at or after `$at` do not count.
//
// @mode read
// @param user STRING                       the user's id; an unknown one has no places
// @param at   ZONED DATETIME = datetime()  the moment; it may come in any zone
// @param k    INTEGER = 20                 how many places
// @returns id STRING, name STRING, location POINT, weight FLOAT, events INTEGER, hours LIST<FLOAT>,
//     weekdays LIST<FLOAT>, last ZONED DATETIME
// @plan NodeUniqueIndexSeek
CYPHER 25
LET until = coalesce($at, datetime()).epochMillis
MATCH (user:User {id: $user})
CALL (user, until) {
  MATCH (user)-[e:INTERACTED]->(item) WHERE e.at.epochMillis < until
  OPTIONAL MATCH (cell:Cell {id: e.cell})
  LET place = CASE WHEN item.location IS NULL THEN cell ELSE item END
  LET w = exp((e.at.epochMillis - until) / 86400000.0 / 90)
  WITH place, e, w WHERE place IS NOT NULL
  WITH place, e.hour AS hour, e.weekday AS weekday, sum(w) AS w, count(*) AS n, max(e.at) AS last
  WITH place, collect([hour, weekday, w]) AS parts, sum(w) AS w, sum(n) AS n, max(last) AS last
  RETURN collect([place, parts, w, n, last]) AS places, sum(w) AS total
}
LET ranked = coll.sort([p IN places | [-p[2] / total, p[0].id, p]])
UNWIND ranked[..toInteger(coalesce($k, 20))] AS r
LET place = r[2][0], parts = r[2][1]
RETURN place.id AS id, coalesce(place.name, place.id) AS name,
  coalesce(place.location, place.center) AS location, -r[0] AS weight, r[2][3] AS events,
  [h IN range(0, 23) | reduce(s = 0.0, p IN parts | s + CASE p[0] WHEN h THEN p[2] ELSE 0.0 END) / total]
    AS hours,
  [d IN range(1, 7) | reduce(s = 0.0, p IN parts | s + CASE p[1] WHEN d THEN p[2] ELSE 0.0 END) / total]
    AS weekdays,
  r[2][4] AS last
ORDER BY weight DESC, id
