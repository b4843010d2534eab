// Read what users declined before a moment.
//
// @mode read
// @param before ZONED DATETIME   later ones are left out
// @returns user STRING, item STRING, interest STRING, id STRING, at STRING, kind STRING, value FLOAT
CYPHER 25
LET until = $before.epochMillis  // instants are compared: of two zones' datetimes one is always less
MATCH (user:User)-[declined:DECLINED]->(target) WHERE declined.at.epochMillis < until
RETURN user.id AS user, CASE WHEN target:Item THEN target.id END AS item,
  CASE WHEN target:Interest THEN target.id END AS interest, declined.id AS id,
  toString(declined.at) AS at, declined.kind AS kind, declined.value AS value ORDER BY user, id
