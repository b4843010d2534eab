// What people decline is no event, unless the graph has its kinds already and says otherwise.
CYPHER 25 MATCH (user:User)-[event:INTERACTED]->(item:Item)
WHERE event.kind IN ['dislike', 'hide', 'not interested', 'return']
  AND NOT EXISTS { MATCH (kind:EventKind {name: event.kind}) WHERE kind.weight >= 0 }
CREATE (user)-[:DECLINED {id: event.id, at: event.at, kind: event.kind, value: event.value}]->(item)
DELETE event;
