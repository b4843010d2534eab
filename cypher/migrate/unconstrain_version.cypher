// Drop the constraint on versions, with the history it belongs to.
//
// @mode schema
CYPHER 25
DROP CONSTRAINT unique_version___Neo4jMigration IF EXISTS
