// Tell of nodes what of the names that chronotope has for itself they have already.
//
// `ours` are nodes that stand for another one, and `adopted` those that were taken up before; of one
// that was set aside it is told what it had then. Of properties the value is told too, but for lists,
// which may be long.
//
// @mode read
// @param elements LIST<STRING>   their element ids
// @param names    LIST<STRING>   properties
// @returns element STRING, ours BOOLEAN, adopted BOOLEAN, labels LIST<STRING>, properties LIST<ANY>, types LIST<STRING>
CYPHER 25
UNWIND $elements AS element
MATCH (node) WHERE elementId(node) = element
LET ours = (node:User OR node:Item) AND EXISTS { (node)-[:STANDS_FOR]->() }
LET aside = CASE WHEN node.theirs IS :: LIST<STRING NOT NULL> AND 'aside' IN node.theirs THEN node.theirs END
LET adopted = node.theirs IS NOT NULL AND aside IS NULL
CALL (node, adopted) {
  WITH node WHERE NOT adopted
  MATCH (node)-[link:INTERACTED|DECLINED|SHOWN|KNOWS|ABOUT|IN_CELL|CO_VISITED|FOLLOWED_BY|POPULAR_IN|MOST_POPULAR_IN|MEMBER_OF]-()
  RETURN collect(DISTINCT type(link)) AS types
}
RETURN element, ours, adopted, labels(node) AS labels,
  [name IN $names WHERE node[name] IS NOT NULL AND (aside IS NULL OR name IN aside) | [name, valueType(node[name]),
    CASE WHEN NOT valueType(node[name]) STARTS WITH 'LIST' AND NOT valueType(node[name]) STARTS WITH 'VECTOR' THEN node[name] END]] AS properties,
  types
