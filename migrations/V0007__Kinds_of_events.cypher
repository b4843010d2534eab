// Kinds of events are known by their names, what people decline by its id.
CYPHER 25 CREATE CONSTRAINT event_kind_name IF NOT EXISTS FOR (k:EventKind) REQUIRE k.name IS UNIQUE;
CYPHER 25 CREATE CONSTRAINT declined_id IF NOT EXISTS FOR ()-[d:DECLINED]-() REQUIRE d.id IS UNIQUE;
