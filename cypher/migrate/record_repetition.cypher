// Note that a repeatable migration ran again, with the checksum that it has now.
//
// @mode write
// @param version      STRING
// @param checksum     STRING
// @param by           STRING
// @param connectedAs  STRING
// @param milliseconds INTEGER
CYPHER 25
MATCH (migration:__Neo4jMigration {version: $version})
CREATE (migration)-[:REPEATED {
  checksum: $checksum, at: datetime({timezone: 'UTC'}),
  in: duration({milliseconds: $milliseconds}), by: $by, connectedAs: $connectedAs
}]->(migration)
