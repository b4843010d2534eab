// Read every user's events before a moment, one row a user, as parallel lists; no hour is -1.
//
// Of each event the number of its kind is told, -1 for one that is not among `$kinds`.
//
// @mode read
// @param at    ZONED DATETIME   later events are left out
// @param kinds MAP              the number of each kind, by its name
// @returns user STRING, items LIST<STRING>, epochs LIST<INTEGER>, hours LIST<INTEGER>,
//     weekdays LIST<INTEGER>, cells LIST<STRING>, kinds LIST<INTEGER>
CYPHER 25
// Users are put in order before their events are read: a sort of whole histories would hold them all.
MATCH (person:User)
WITH person, person.id AS user ORDER BY user
LET until = $at.epochMillis  // instants are compared: of two zones' datetimes one is always less
CALL (person, until) {
  MATCH (person)-[event:INTERACTED]->(item:Item) WHERE event.at.epochMillis < until
  RETURN collect(item.id) AS items, collect(event.at.epochSeconds) AS epochs,
    collect(coalesce(event.hour, -1)) AS hours, collect(event.weekday) AS weekdays,
    collect(coalesce(event.cell, '')) AS cells, collect(coalesce($kinds[event.kind], -1)) AS kinds
}
WITH user, items, epochs, hours, weekdays, cells, kinds WHERE size(items) > 0
RETURN user, items, epochs, hours, weekdays, cells, kinds ORDER BY user
