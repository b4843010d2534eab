// Note of nodes that were called `User` or `Item` before, and that no mapping says to be one, that they are somebody's.
//
// Such items are kept from being recommended, and `undo` leaves all of them as they are. At most so many at a
// time; ask again until there was none.
//
// @mode write
// @param names LIST<STRING>   the properties that chronotope has for itself
// @param first BOOLEAN        nothing was recorded yet: who stands for nobody is theirs, whatever they have
// @param limit INTEGER        how many
// @returns aside INTEGER
CYPHER 25
MATCH (node:User|Item)
WHERE node.theirs IS NULL AND NOT EXISTS { (node)-[:STANDS_FOR]->() } AND ($first OR size(labels(node)) > 1
  OR any(name IN keys(node) WHERE NOT name IN $names) OR NOT node.id IS :: STRING NOT NULL)
WITH node LIMIT toInteger($limit)
LET theirs = ['aside'] + [name IN $names WHERE node[name] IS NOT NULL]
SET node.theirs = theirs
FOREACH (item IN CASE WHEN node:Item THEN [node] ELSE [] END | SET item.active = coalesce(item.active, false))
RETURN count(*) AS aside
