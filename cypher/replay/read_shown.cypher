// Read what was shown to users before a moment, and when. The models are no matter of a past.
//
// @mode read
// @param before ZONED DATETIME   later moments are left out
// @returns user STRING, item STRING, times LIST<STRING>
CYPHER 25
LET until = $before.epochMillis  // instants are compared: of two zones' datetimes one is always less
MATCH (user:User)-[shown:SHOWN]->(item:Item)
WITH user.id AS user, item.id AS item,
  [time IN shown.times WHERE time.epochMillis < until | toString(time)] AS times
WHERE size(times) > 0
RETURN user, item, times ORDER BY user, item
