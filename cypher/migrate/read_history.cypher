// Read the chain of applied migrations, oldest first.
//
// The format is that of neo4j-migrations: a BASELINE node, then one node a migration, joined by
// MIGRATED_TO. A repeatable migration that ran again has a REPEATED relationship to itself; its
// newest one carries the checksum that counts. A chain of ours in somebody's graph has a target.
//
// @mode read
// @param target STRING = null   the migrationTarget of the chain
// @returns version STRING, description STRING, type STRING, source STRING, checksum STRING,
//     repeatable BOOLEAN, at ZONED DATETIME, by STRING, connectedAs STRING, milliseconds INTEGER
CYPHER 25
MATCH (before:__Neo4jMigration)-[step:MIGRATED_TO]->(migration:__Neo4jMigration)
WHERE coalesce(migration.migrationTarget = $target, migration.migrationTarget IS NULL AND $target IS NULL)
OPTIONAL MATCH (migration)-[again:REPEATED]->(migration)
WITH migration, step, again ORDER BY again.at DESC
WITH migration, step, collect(again)[0] AS again
LET last = coalesce(again, step)
RETURN migration.version AS version, migration.description AS description, migration.type AS type,
  migration.source AS source, coalesce(again.checksum, migration.checksum) AS checksum,
  coalesce(migration.repeatable, false) AS repeatable, last.at AS at, last.by AS by,
  last.connectedAs AS connectedAs, last.in.milliseconds AS milliseconds
ORDER BY step.at, version
