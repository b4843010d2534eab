// Remove all that was loaded and derived; the schema and the models stay.
//
// @mode write
CYPHER 25
MATCH (n:!(__Neo4jMigration|FusionModel|HiddenUnit|EventKind))
CALL (n) {
  DETACH DELETE n
} IN TRANSACTIONS OF 200 ROWS
