// Tell when people are at an item: its events by local hour and weekday, and the user's own among them.
//
// `hours` begin at 0 o'clock, `weekdays` on Monday. Dates without a clock have no hour.
//
// @mode read
// @public
// @param item STRING                       the item's id
// @param user STRING = null                the user's id
// @param at   ZONED DATETIME = datetime()  later events do not count
// @returns events INTEGER, hours LIST<INTEGER>, weekdays LIST<INTEGER>, ownHours LIST<INTEGER>
// @plan NodeUniqueIndexSeek
CYPHER 25
LET until = coalesce($at, datetime()).epochMillis
MATCH (item:Item {id: $item})
CALL (item, until) {
  MATCH (item)<-[e:INTERACTED]-(user) WHERE e.at.epochMillis < until
  WITH e.hour AS hour, e.weekday AS weekday, count(*) AS n, count(CASE WHEN user.id = $user THEN 1 END) AS own
  RETURN collect([hour, weekday, n, own]) AS counts
}
RETURN reduce(s = 0, c IN counts | s + c[2]) AS events,
  [h IN range(0, 23) | reduce(s = 0, c IN counts | s + CASE WHEN c[0] = h THEN c[2] ELSE 0 END)] AS hours,
  [d IN range(1, 7) | reduce(s = 0, c IN counts | s + CASE WHEN c[1] = d THEN c[2] ELSE 0 END)] AS weekdays,
  [h IN range(0, 23) | reduce(s = 0, c IN counts | s + CASE WHEN c[0] = h THEN c[3] ELSE 0 END)] AS ownHours
