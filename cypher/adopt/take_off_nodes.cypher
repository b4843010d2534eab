// Delete nodes of ours, at most so many; ask again until none is left.
//
// A node to which the owner tied something of theirs stays.
//
// @mode write
// @param labels LIST<STRING>   of nodes that go
// @param own    LIST<STRING>   labels of ours
// @param taken  LIST<STRING>   those of them that nodes of the owner had before
// @param names  LIST<STRING>   properties of ours
// @param types  LIST<STRING>   types of relationships of ours
// @param limit  INTEGER        how many
// @returns deleted INTEGER
CYPHER 25
MATCH (node:User|Item|Interest|Cell|EventKind|FusionModel|HiddenUnit|Derivation|Encoder|Checkpoint|Stream|Community|Erased|DataRelease|ChronotopeQuery)
// region mine
// What a node of the owner became, or one of ours alone: where nodes of the owner had such a label before, these
// are marked; one that came since has something of theirs, or nothing but what only we give.
WHERE (node.theirs IS NOT NULL AND NOT 'aside' IN node.theirs)
  OR (node.theirs IS NULL AND all(label IN labels(node) WHERE label IN $own)
    AND (none(label IN labels(node) WHERE label IN $taken) OR EXISTS { (node)-[:STANDS_FOR]->() }
      OR all(name IN keys(node) WHERE name IN $names)))
// endregion
WITH node WHERE node.theirs IS NULL AND any(label IN labels(node) WHERE label IN $labels)
  AND NOT EXISTS { (node)-[link]-() WHERE NOT type(link) IN $types }
WITH node LIMIT toInteger($limit)
DETACH DELETE node
RETURN count(*) AS deleted
