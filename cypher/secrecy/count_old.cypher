// Count the events before a moment that are not their user's newest of the item and kind.
//
// @mode read
// @param before ZONED DATETIME   the moment
// @returns events INTEGER
CYPHER 25
MATCH (user:User)-[event:INTERACTED]->(item)
WITH user, item, event.kind AS kind, max(event.at.epochMillis) AS newest, count(event) AS events,
  count(CASE WHEN event.at.epochMillis < $before.epochMillis THEN 1 END) AS old
RETURN sum(CASE WHEN newest < $before.epochMillis THEN old - 1 ELSE old END) AS events
