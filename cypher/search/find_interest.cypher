// Find an interest by its id, or by its name in any case; the broadest of that name.
//
// @mode read
// @public
// @param interest STRING   id or name
// @returns id STRING, name STRING, scheme STRING
// @node interest Interest
CYPHER 25
MATCH (found:Interest) WHERE found.id = $interest
  OR found.scheme IN ['category', 'keyword'] AND toLower(found.name) = toLower($interest)
RETURN found.id AS id, found.name AS name, found.scheme AS scheme
ORDER BY id = $interest DESC, scheme, coalesce(found.level, 0), id LIMIT 1
