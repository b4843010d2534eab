// Take our labels and properties off nodes of somebody's graph, at most so many at a time.
//
// What a node had before, `theirs`, stays.
//
// @mode write
// @param names LIST<STRING>   properties of ours
// @param limit INTEGER        how many
// @returns restored INTEGER
CYPHER 25
MATCH (node:User|Item|Interest|Cell|Place|Checkpoint|Stream|Community|Erased|DataRelease) WHERE node.theirs IS NOT NULL
WITH node, node.theirs AS theirs LIMIT toInteger($limit)
// What nobody said to be an item has from us what was derived of it, but no name.
LET names = [name IN $names WHERE NOT ('aside' IN theirs AND name IN ['id', 'name', 'description', 'location'])]
FOREACH (name IN [name IN names WHERE NOT name IN theirs] | REMOVE node[name])
FOREACH (_ IN CASE WHEN 'User' IN theirs OR 'aside' IN theirs THEN [] ELSE [1] END | REMOVE node:User)
FOREACH (_ IN CASE WHEN 'Item' IN theirs OR 'aside' IN theirs THEN [] ELSE [1] END | REMOVE node:Item)
REMOVE node.theirs
RETURN count(*) AS restored
