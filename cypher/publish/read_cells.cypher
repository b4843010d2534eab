// Read in which cells each person was, so that people can be counted with differential privacy.
//
// An event lies in the cell of its item, else in its own.
// What is told of a person is in the order of their own events, most first, then of names: it does not depend on
// what others did, so that it can be bounded before anything is counted.
// An event of a kind that weighs nothing is none. Events at or after `$at` do not count.
//
// @mode read
// @param interest STRING = null                the id of an interest; narrower ones count
// @param areas    MAP                          the larger cell of each cell that is public; others do not count
// @param since    ZONED DATETIME = null        the earliest moment
// @param at       ZONED DATETIME = datetime()  events at or after it do not count
// @param hours    LIST<INTEGER> = null         local hours of the day, 0 to 23
// @param weekdays LIST<INTEGER> = null         local weekdays; 1 is Monday
// @returns cells LIST<STRING>
CYPHER 25
LET until = coalesce($at, datetime()).epochMillis, first = coalesce($since.epochMillis, -9e15)
LET areas = $areas
LET worthless = COLLECT { MATCH (kind:EventKind) WHERE NOT coalesce(kind.weight > 0, false) RETURN kind.name }
// Items first: whether one is about the interest is asked once.
MATCH (item:Item)
LET about = $interest IS NULL
  OR EXISTS { (item)-[:ABOUT]->(:Interest)-[:BROADER*0..8]->(:Interest {id: $interest}) }
FILTER about
MATCH (item)<-[e:INTERACTED]-(user)
WHERE first <= e.at.epochMillis < until
  AND NOT coalesce(e.kind, '') IN worthless
  AND ($hours IS NULL OR coalesce(e.hour IN $hours, false))
  AND ($weekdays IS NULL OR e.weekday IN $weekdays)
LET cell = areas[coalesce(item.cell, e.cell)]
FILTER cell IS NOT NULL
WITH user, cell, count(*) AS n
WITH user, coll.sort(collect([-n, cell])) AS most
RETURN [m IN most | m[1]] AS cells
