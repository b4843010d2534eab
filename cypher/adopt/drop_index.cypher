// Drop an index by its name.
//
// @mode schema
// @param name STRING
CYPHER 25
DROP INDEX $name IF EXISTS
