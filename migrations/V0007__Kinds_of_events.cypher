// Kinds of events are known by their names, and what people decline is no event.
CYPHER 25 CREATE CONSTRAINT event_kind_name IF NOT EXISTS FOR (k:EventKind) REQUIRE k.name IS UNIQUE;
CYPHER 25 CREATE CONSTRAINT declined_id IF NOT EXISTS FOR ()-[d:DECLINED]-() REQUIRE d.id IS UNIQUE;
CYPHER 25 MATCH (user:User)-[event:INTERACTED]->(item:Item)
WHERE event.kind IN ['dislike', 'hide', 'not interested', 'return']
CREATE (user)-[:DECLINED {id: event.id, at: event.at, kind: event.kind, value: event.value}]->(item)
DELETE event;
