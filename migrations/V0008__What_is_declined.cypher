// What people decline is no event.
CYPHER 25 MATCH (user:User)-[event:INTERACTED]->(item:Item)
WHERE event.kind IN ['dislike', 'hide', 'not interested', 'return']
CREATE (user)-[:DECLINED {id: event.id, at: event.at, kind: event.kind, value: event.value}]->(item)
DELETE event;
