// Read from which cell to which each person went, so that people can be counted with differential privacy.
//
// A step goes from an event to the next one of the same person, in another cell. An event lies in the cell of its
// item, else in its own; events without a clock, and those in cells that `$areas` does not have, are passed over.
// What is told of a person is in the order of their own events, most first, then of names: it does not depend on
// what others did, so that it can be bounded before anything is counted.
// An event of a kind that weighs nothing is none. Events at or after `$at` do not count.
//
// @mode read
// @param interest STRING = null                the id of an interest; narrower ones count
// @param areas    MAP                          the larger cell of each cell that is public; others do not count
// @param since    ZONED DATETIME = null        the earliest moment
// @param at       ZONED DATETIME = datetime()  events at or after it do not count
// @param hours    LIST<INTEGER> = null         local hours of the arrival, 0 to 23
// @param weekdays LIST<INTEGER> = null         local weekdays of the arrival; 1 is Monday
// @param within   FLOAT = 8.0                  hours between two events at most
// @returns flows LIST<LIST<STRING>>
CYPHER 25
LET until = coalesce($at, datetime()).epochMillis, first = coalesce($since.epochMillis, -9e15)
LET areas = $areas, span = 3600000.0 * coalesce($within, 8.0)
LET hours = $hours, weekdays = $weekdays, interest = $interest
LET worthless = COLLECT { MATCH (kind:EventKind) WHERE NOT coalesce(kind.weight > 0, false) RETURN kind.name }
MATCH (user:User)
CALL (user, until, first, areas, span, hours, weekdays, interest, worthless) {
  MATCH (user)-[e:INTERACTED]->(item)
  WHERE first <= e.at.epochMillis < until AND e.hour IS NOT NULL
    AND NOT coalesce(e.kind, '') IN worthless
  LET cell = areas[coalesce(item.cell, e.cell)]
  FILTER cell IS NOT NULL
  WITH coll.sort(collect([e.at.epochMillis, e.id, cell, e.hour, e.weekday, item]))
    AS trail, span, hours, weekdays, interest
  UNWIND range(1, size(trail) - 1) AS k
  WITH trail[k - 1] AS from, trail[k] AS to, span, hours, weekdays, interest
  LET target = to[5]
  FILTER from[2] <> to[2] AND to[0] - from[0] <= span
    AND (hours IS NULL OR to[3] IN hours) AND (weekdays IS NULL OR to[4] IN weekdays)
    AND (interest IS NULL
      OR EXISTS { (target)-[:ABOUT]->(:Interest)-[:BROADER*0..8]->(:Interest {id: interest}) })
  WITH from[2] AS origin, to[2] AS destination, count(*) AS n
  WITH coll.sort(collect([-n, origin, destination])) AS most
  RETURN [m IN most | m[1..]] AS flows
}
RETURN flows
