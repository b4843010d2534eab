// Keep nodes that were called `Item` before, and that no mapping says to be one, from being recommended.
//
// At most so many at a time; ask again until there was none.
//
// @mode write
// @param names LIST<STRING>   the properties that chronotope has for itself
// @param limit INTEGER        how many
// @returns aside INTEGER
CYPHER 25
MATCH (node:Item)
WHERE node.theirs IS NULL AND NOT EXISTS { (node)-[:STANDS_FOR]->() }
  AND (size(labels(node)) > 1 OR any(name IN keys(node) WHERE NOT name IN $names) OR NOT node.id IS :: STRING NOT NULL)
WITH node LIMIT toInteger($limit)
LET theirs = ['aside'] + [name IN $names WHERE node[name] IS NOT NULL]
SET node.theirs = theirs, node.active = coalesce(node.active, false)
RETURN count(*) AS aside
