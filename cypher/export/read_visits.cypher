// Read who did something with which item before a moment, how often and when last.
//
// @mode read
// @param at ZONED DATETIME = datetime()   events at or after it do not count
// @returns user STRING, item STRING, events INTEGER, last ZONED DATETIME
CYPHER 25
LET until = coalesce($at, datetime()).epochMillis
MATCH (user:User)-[e:INTERACTED]->(item:Item) WHERE e.at.epochMillis < until
WITH user.id AS user, item.id AS item, count(*) AS events, max(e.at) AS last
RETURN user, item, events, last ORDER BY user, item
