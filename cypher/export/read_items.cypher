// Read every item with its place, and how much was done there.
//
// Of what fewer than `$minUsers` users did, the numbers are null.
//
// @mode read
// @param minUsers INTEGER = 5   the fewest users that are told
// @returns id STRING, name STRING, location POINT, users INTEGER, events INTEGER, active BOOLEAN
CYPHER 25
MATCH (item:Item)
LET told = coalesce(item.users >= toInteger(coalesce($minUsers, 5)), false)
RETURN item.id AS id, item.name AS name, item.location AS location,
  CASE WHEN told THEN item.users END AS users, CASE WHEN told THEN item.events END AS events,
  coalesce(item.active, true) AS active
ORDER BY id
