// Move what was declined by a kind that declines no more back to the events; hours are those of the clock.
//
// At most so many at a time; ask again until none was moved. Where it happened is not known any more.
//
// @mode write
// @param kind  STRING    a kind whose weight was below 0
// @param limit INTEGER   how many
// @returns moved INTEGER
CYPHER 25
MATCH (user:User)-[declined:DECLINED {kind: $kind}]->(item:Item)
WITH user, declined, item LIMIT toInteger($limit)
LET at = declined.at
CREATE (user)-[:INTERACTED {id: declined.id, at: at, hour: at.hour, weekday: at.dayOfWeek,
  kind: declined.kind, value: declined.value}]->(item)
DELETE declined
RETURN count(*) AS moved
