// Accept that a migration that ran has another checksum now.
//
// @mode write
// @param version  STRING   as the history spells it
// @param checksum STRING
CYPHER 25
MATCH (migration:__Neo4jMigration {version: $version})
SET migration.checksum = $checksum
