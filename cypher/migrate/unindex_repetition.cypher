// Drop the index on repetitions, with the history it belongs to.
//
// @mode schema
CYPHER 25
DROP INDEX repeated_at__Neo4jMigration IF EXISTS
