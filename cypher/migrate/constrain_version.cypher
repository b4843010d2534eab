// Keep two migrations from having one version.
//
// @mode schema
CYPHER 25
CREATE CONSTRAINT unique_version___Neo4jMigration IF NOT EXISTS
FOR (n:__Neo4jMigration) REQUIRE (n.version, n.migrationTarget) IS UNIQUE
