// Accept that a migration that ran has another checksum now.
//
// @mode write
// @param version  STRING   as the history spells it
// @param checksum STRING
// @param target   STRING = null   the migrationTarget of the chain
CYPHER 25
MATCH (migration:__Neo4jMigration {version: $version})
WHERE coalesce(migration.migrationTarget = $target, migration.migrationTarget IS NULL AND $target IS NULL)
SET migration.checksum = $checksum
