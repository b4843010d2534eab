// Find the ids that nodes of somebody's graph have as users and as items; null where they are none.
//
// `ours` are nodes that stand for another one.
//
// @mode read
// @param elements LIST<STRING>   the element ids of the nodes
// @returns element STRING, ours BOOLEAN, user STRING, item STRING
CYPHER 25
UNWIND $elements AS element
MATCH (node) WHERE elementId(node) = element
OPTIONAL MATCH (user:User)-[:STANDS_FOR]->(node)
OPTIONAL MATCH (item:Item)-[:STANDS_FOR]->(node)
LET own = CASE WHEN node.id IS :: STRING NOT NULL THEN node.id END
LET ours = (node:User OR node:Item) AND EXISTS { (node)-[:STANDS_FOR]->() }
RETURN element, ours, coalesce(user.id, CASE WHEN node:User THEN own END) AS user,
  coalesce(item.id, CASE WHEN node:Item THEN own END) AS item
