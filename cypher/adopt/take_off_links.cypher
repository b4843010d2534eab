// Delete relationships of ours between users and items, at most so many; ask again until none is left.
//
// @mode write
// @param own   LIST<STRING>   labels of ours
// @param taken LIST<STRING>   those of them that nodes of the owner had before
// @param names LIST<STRING>   properties of ours
// @param limit INTEGER        how many
// @returns deleted INTEGER
CYPHER 25
MATCH (node:User|Item)
// region mine
// A node that somebody's adopted node became, or one of ours alone: where nodes of the owner have such a
// label, too, one that stands for another, or that nothing but `record` and the like could have made.
WHERE (node.theirs IS NOT NULL AND NOT 'aside' IN node.theirs)
  OR (node.theirs IS NULL AND all(label IN labels(node) WHERE label IN $own)
    AND (none(label IN labels(node) WHERE label IN $taken) OR EXISTS { (node)-[:STANDS_FOR]->() }
      OR (node.id IS :: STRING NOT NULL AND all(name IN keys(node) WHERE name IN $names))))
// endregion
MATCH (node)-[link:INTERACTED|DECLINED|SHOWN|KNOWS|ABOUT|IN_CELL|CO_VISITED|FOLLOWED_BY|POPULAR_IN|MOST_POPULAR_IN]-()
WITH DISTINCT link LIMIT toInteger($limit)
DELETE link
RETURN count(*) AS deleted
