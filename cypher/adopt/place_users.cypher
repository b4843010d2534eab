// Give nodes of somebody's graph the label and the id of users, and note what they had before.
//
// A node that has them is left alone; one that was set aside is so no longer. `others` are ids whose
// node has another id, as an item or a user: it stays as it is.
//
// @mode write
// @param rows  LIST<MAP>      {element, id}; the element id of a node, each once
// @param names LIST<STRING>   the properties that chronotope has for itself
// @returns created LIST<STRING>, others LIST<STRING>
CYPHER 25
UNWIND $rows AS row
MATCH (node) WHERE elementId(node) = row.element
LET isAside = 'aside' IN node.theirs
LET fate = CASE
  WHEN node.theirs IS NULL OR (isAside AND (NOT 'id' IN node.theirs OR node.id = row.id)) THEN 'new'
  WHEN isAside OR node.id <> row.id THEN 'other'
  WHEN node:User THEN 'known'
  ELSE 'new'
END
CALL (node, row, fate, isAside) {
  WITH node, row, isAside WHERE fate = 'new'
  LET own = [name IN ['User', 'Item'] WHERE name IN labels(node)]
  LET theirs = CASE WHEN isAside THEN own + [name IN node.theirs WHERE name <> 'aside']
    ELSE coalesce(node.theirs, own + [name IN $names WHERE node[name] IS NOT NULL]) END
  SET node.theirs = theirs, node:User, node.id = row.id
}
RETURN collect(CASE fate WHEN 'new' THEN row.id END) AS created,
  collect(CASE fate WHEN 'other' THEN row.id END) AS others
