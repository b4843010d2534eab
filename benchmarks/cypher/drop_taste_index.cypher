// Drop the vector index of tastes.
//
// @mode schema
CYPHER 25
DROP INDEX user_taste IF EXISTS
