// Have items of our own stand for nodes of somebody's graph, which are left as they are.
//
// `others` are ids of rows whose node another one stands for, or whose id another node has: they are
// left alone.
//
// @mode write
// @param rows LIST<MAP>   {element, id}; the element id of a node, each once
// @returns created LIST<STRING>, others LIST<STRING>
// @plan NodeUniqueIndexSeek(Locking)
CYPHER 25
UNWIND $rows AS row
MATCH (node) WHERE elementId(node) = row.element
OPTIONAL MATCH (own:Item)-[:STANDS_FOR]->(node)
OPTIONAL MATCH (same:Item {id: row.id})-[:STANDS_FOR]->(another)
LET fate = CASE
  WHEN own.id = row.id THEN 'known'
  WHEN own IS NOT NULL OR another IS NOT NULL THEN 'other'
  ELSE 'new'
END
CALL (node, row, fate) {
  WITH node, row WHERE fate = 'new'
  MERGE (own:Item {id: row.id})
  MERGE (own)-[:STANDS_FOR]->(node)
}
RETURN collect(CASE fate WHEN 'new' THEN row.id END) AS created,
  collect(CASE fate WHEN 'other' THEN row.id END) AS others
