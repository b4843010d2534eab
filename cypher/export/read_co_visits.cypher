// Read which items the same users visited, each pair once, if so many did.
//
// @mode read
// @param minUsers INTEGER = 5   the fewest users that are told
// @returns item STRING, other STRING, users INTEGER
CYPHER 25
MATCH (item:Item)-[visited:CO_VISITED]-(other:Item)
WHERE item.id < other.id AND visited.count >= toInteger(coalesce($minUsers, 5))
WITH item.id AS item, other.id AS other, max(visited.count) AS users
RETURN item, other, users ORDER BY item, other
