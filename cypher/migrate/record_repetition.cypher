// Note that a repeatable migration ran again, with the checksum that it has now.
//
// @mode write
// @param version      STRING
// @param checksum     STRING
// @param by           STRING
// @param connectedAs  STRING
// @param milliseconds INTEGER
// @param target       STRING = null   the migrationTarget of the chain
CYPHER 25
MATCH (migration:__Neo4jMigration {version: $version})
WHERE coalesce(migration.migrationTarget = $target, migration.migrationTarget IS NULL AND $target IS NULL)
CREATE (migration)-[:REPEATED {
  checksum: $checksum, at: datetime({timezone: 'UTC'}),
  in: duration({milliseconds: $milliseconds}), by: $by, connectedAs: $connectedAs
}]->(migration)
