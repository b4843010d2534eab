// Read at which hours each person did something, so that people can be counted with differential privacy.
//
// Hours are local; with `$week` they are those of the week, 24 for each day, from 0 on Monday. A date without a
// clock is at none.
// What is told of a person is in the order of their own events, most first, then of names: it does not depend on
// what others did, so that it can be bounded before anything is counted.
// An event of a kind that weighs nothing is none. Events at or after `$at` do not count.
//
// @mode read
// @param interest STRING = null                the id of an interest; narrower ones count
// @param areas    MAP = null                   the larger cell of each cell; null: cells as they are
// @param cell     STRING = null                only events in this cell or named place, as `$areas` names it
// @param since    ZONED DATETIME = null        the earliest moment
// @param at       ZONED DATETIME = datetime()  events at or after it do not count
// @param week     BOOLEAN = false              hours of the week, else of the day
// @returns hours LIST<INTEGER>
CYPHER 25
LET until = coalesce($at, datetime()).epochMillis, first = coalesce($since.epochMillis, -9e15)
LET areas = coalesce($areas, {}), week = coalesce($week, false)
LET worthless = COLLECT { MATCH (kind:EventKind) WHERE NOT coalesce(kind.weight > 0, false) RETURN kind.name }
// Items first: whether one is about the interest is asked once.
MATCH (item:Item)
LET about = $interest IS NULL
  OR EXISTS { (item)-[:ABOUT]->(:Interest)-[:BROADER*0..8]->(:Interest {id: $interest}) }
FILTER about
MATCH (item)<-[e:INTERACTED]-(user)
WHERE first <= e.at.epochMillis < until
  AND NOT coalesce(e.kind, '') IN worthless
  AND e.hour IS NOT NULL
LET finest = coalesce(item.cell, e.cell)
FILTER $cell IS NULL OR coalesce(areas[finest], finest) = $cell
WITH user, CASE WHEN week THEN 24 * (e.weekday - 1) ELSE 0 END + e.hour AS hour, count(*) AS n
WITH user, coll.sort(collect([-n, hour])) AS most
RETURN [m IN most | m[1]] AS hours
