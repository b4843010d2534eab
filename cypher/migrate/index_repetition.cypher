// Find the newest run of a repeatable migration.
//
// @mode schema
CYPHER 25
CREATE INDEX repeated_at__Neo4jMigration IF NOT EXISTS FOR ()-[r:REPEATED]-() ON (r.at)
