// Three roles for who works with chronotope, where Neo4j has roles: docs/roles.md says who gets which.
//
// An administrator runs it once, in the database `system`: cypher-shell -d system -f grants.cypher
// The graph is in the database `neo4j`; write another name in its place where it is elsewhere.

// The loader fills the graph and looks after it: migrate, load, follow, embed, derive, learn, erase.
CREATE ROLE chronotope_loader IF NOT EXISTS;
GRANT ACCESS ON DATABASE neo4j TO chronotope_loader;
GRANT MATCH {*} ON GRAPH neo4j ELEMENTS * TO chronotope_loader;
GRANT WRITE ON GRAPH neo4j TO chronotope_loader;
GRANT NAME MANAGEMENT ON DATABASE neo4j TO chronotope_loader;
GRANT INDEX MANAGEMENT ON DATABASE neo4j TO chronotope_loader;
GRANT CONSTRAINT MANAGEMENT ON DATABASE neo4j TO chronotope_loader;

// The recommender answers users and records what they do: recommend, search, record, decline, show.
CREATE ROLE chronotope_recommender IF NOT EXISTS;
GRANT ACCESS ON DATABASE neo4j TO chronotope_recommender;
GRANT MATCH {*} ON GRAPH neo4j ELEMENTS * TO chronotope_recommender;
GRANT MERGE {*} ON GRAPH neo4j NODES User, Item, Cell, Place TO chronotope_recommender;
GRANT SET LABEL Place ON GRAPH neo4j TO chronotope_recommender;
GRANT MERGE {*} ON GRAPH neo4j RELATIONSHIPS INTERACTED, DECLINED, SHOWN, IN_CELL, WITHIN TO chronotope_recommender;
GRANT DELETE ON GRAPH neo4j RELATIONSHIPS INTERACTED, DECLINED TO chronotope_recommender;
GRANT NAME MANAGEMENT ON DATABASE neo4j TO chronotope_recommender;

// The analyst reads what people do together, and writes nothing: rhythm, hotspots, flows, export.
// The texts and vectors of single users are not theirs, nor tombstones.
CREATE ROLE chronotope_analyst IF NOT EXISTS;
GRANT ACCESS ON DATABASE neo4j TO chronotope_analyst;
GRANT MATCH {*} ON GRAPH neo4j ELEMENTS * TO chronotope_analyst;
DENY READ {profile, embedding, taste} ON GRAPH neo4j NODES User TO chronotope_analyst;
DENY MATCH {*} ON GRAPH neo4j NODES Erased TO chronotope_analyst;
DENY WRITE ON GRAPH neo4j TO chronotope_analyst;

// No query of chronotope has the server read files or addresses: LOAD CSV is not needed.
DENY LOAD ON ALL DATA TO chronotope_loader, chronotope_recommender, chronotope_analyst;
