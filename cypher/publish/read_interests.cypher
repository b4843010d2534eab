// Read what each person turned to, so that people can be counted with differential privacy.
//
// An item counts for each interest of the scheme that it is about, not for broader ones.
// What is told of a person is in the order of their own events, most first, then of names: it does not depend on
// what others did, so that it can be bounded before anything is counted.
// An event of a kind that weighs nothing is none. Events at or after `$at` do not count.
//
// @mode read
// @param scheme   STRING = 'category'          whose interests
// @param since    ZONED DATETIME = null        the earliest moment
// @param at       ZONED DATETIME = datetime()  events at or after it do not count
// @returns interests LIST<STRING>
CYPHER 25
LET until = coalesce($at, datetime()).epochMillis, first = coalesce($since.epochMillis, -9e15)
LET scheme = coalesce($scheme, 'category')
LET worthless = COLLECT { MATCH (kind:EventKind) WHERE NOT coalesce(kind.weight > 0, false) RETURN kind.name }
MATCH (interest:Interest {scheme: scheme})<-[:ABOUT]-(item:Item)<-[e:INTERACTED]-(user)
WHERE first <= e.at.epochMillis < until
  AND NOT coalesce(e.kind, '') IN worthless
WITH user, interest.id AS id, count(*) AS n
WITH user, coll.sort(collect([-n, id])) AS most
RETURN [m IN most | m[1]] AS interests
