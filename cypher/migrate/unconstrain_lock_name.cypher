// Drop the constraint on the name of the lock, with the history it belongs to.
//
// @mode schema
CYPHER 25
DROP CONSTRAINT __Neo4jMigrationsLock__has_unique_name IF EXISTS
