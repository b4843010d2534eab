// Keep a lock's owner unique.
//
// @mode schema
CYPHER 25
CREATE CONSTRAINT __Neo4jMigrationsLock__has_unique_id IF NOT EXISTS
FOR (n:__Neo4jMigrationsLock) REQUIRE n.id IS UNIQUE
