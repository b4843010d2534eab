// Drop a constraint by its name.
//
// @mode schema
// @param name STRING
CYPHER 25
DROP CONSTRAINT $name IF EXISTS
