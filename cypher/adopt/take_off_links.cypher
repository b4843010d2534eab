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
// What a node of the owner became, or one of ours alone: where nodes of the owner had such a label before, these
// are marked; one that came since has something of theirs, or nothing but what only we give.
WHERE (node.theirs IS NOT NULL AND NOT 'aside' IN node.theirs)
  OR (node.theirs IS NULL AND all(label IN labels(node) WHERE label IN $own)
    AND (none(label IN labels(node) WHERE label IN $taken) OR EXISTS { (node)-[:STANDS_FOR]->() }
      OR all(name IN keys(node) WHERE name IN $names)))
// endregion
MATCH (node)-[link:INTERACTED|DECLINED|SHOWN|KNOWS|ABOUT|IN_CELL|CO_VISITED|FOLLOWED_BY|POPULAR_IN|MOST_POPULAR_IN|MEMBER_OF]-()
WITH DISTINCT link LIMIT toInteger($limit)
DELETE link
RETURN count(*) AS deleted
