// Let one migration run at a time hold the lock.
//
// @mode schema
CYPHER 25
CREATE CONSTRAINT __Neo4jMigrationsLock__has_unique_name IF NOT EXISTS
FOR (n:__Neo4jMigrationsLock) REQUIRE n.name IS UNIQUE
