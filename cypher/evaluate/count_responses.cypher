// Count, by model, what was shown to users, and what they answered.
//
// A showing is a moment of `SHOWN`. It is answered by an event of a goal with the same item, by the
// same user, after it and within `$within`: of any kind where no event of the graph is of a kind
// that is a goal, and never of one that declines. An event answers every showing before it that is
// near enough.
//
// @mode read
// @param since  ZONED DATETIME = null        earlier showings do not count
// @param until  ZONED DATETIME = datetime()  showings from then on do not count
// @param within DURATION = duration('P7D')   how long after a showing an event is an answer
// @returns model STRING, shown INTEGER, answered INTEGER, users INTEGER
CYPHER 25
LET until = coalesce($until, datetime()).epochMillis, since = coalesce($since.epochMillis, -62135596800000)
LET within = coalesce($within, duration('P7D'))
CALL () {
  OPTIONAL MATCH (kind:EventKind) WHERE kind.goal = false OR kind.weight < 0
  RETURN collect(kind.name) AS others, collect(CASE WHEN kind.weight < 0 THEN kind.name END) AS declining
}
CALL (others, declining) {
  LET goals = EXISTS { ()-[e:INTERACTED]->() WHERE NOT coalesce(e.kind, '') IN others }
  RETURN CASE WHEN goals THEN others ELSE declining END AS unasked
}
MATCH (user:User)-[s:SHOWN]->(item:Item)
UNWIND range(0, size(s.times) - 1) AS k
WITH user, item, s.times[k] AS time, s.models[k] AS model, since, until, within, unasked
WHERE since <= time.epochMillis < until
LET last = (time + within).epochMillis
LET answered = EXISTS {
  (user)-[e:INTERACTED]->(item)
  WHERE time.epochMillis < e.at.epochMillis <= last AND NOT coalesce(e.kind, '') IN unasked
}
RETURN CASE WHEN coalesce(model, '') = '' THEN 'unknown' ELSE model END AS model, count(*) AS shown,
  count(CASE WHEN answered THEN 1 END) AS answered, count(DISTINCT user) AS users
ORDER BY model
