// Note of nodes that have a label of ours before there is anything of ours that they are somebody's.
//
// Users and items are left to `adopt.set_aside`, for a mapping may say what they are. At most so many at a time;
// ask again until there was none. In a graph of ours from before they are so and mean what they mean to us:
// who was erased, what was published.
//
// @mode write
// @param names    LIST<STRING>   the properties that chronotope has for itself
// @param migrated BOOLEAN        whether our schema is there already
// @param limit    INTEGER        how many
// @returns marked INTEGER
CYPHER 25
MATCH (node:Interest|Cell|Place|Checkpoint|Stream|Community|Erased|DataRelease)
WHERE node.theirs IS NULL AND NOT node:User AND NOT node:Item
WITH node LIMIT toInteger($limit)
LET theirs = CASE WHEN $migrated THEN [] ELSE ['aside'] END + [name IN $names WHERE node[name] IS NOT NULL]
SET node.theirs = theirs
RETURN count(*) AS marked
