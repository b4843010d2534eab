// Append an applied migration to the chain.
//
// The first migration of a database also makes the BASELINE that the chain begins with. Types and
// names are those that neo4j-migrations writes, so that either tool can go on with the chain.
//
// @mode write
// @param previous    STRING            the version at the end of the chain, BASELINE at first
// @param version     STRING            the version as the file name spells it
// @param description STRING
// @param source      STRING            the file name
// @param checksum    STRING
// @param repeatable  BOOLEAN
// @param by          STRING            the operating system's name of the user who ran it
// @param connectedAs STRING            the database's name of that user
// @param milliseconds INTEGER          how long it took
// @param target      STRING = null     the migrationTarget of the chain
CYPHER 25
OPTIONAL MATCH (last:__Neo4jMigration {version: $previous})
WHERE coalesce(last.migrationTarget = $target, last.migrationTarget IS NULL AND $target IS NULL)
CALL (last) {
  WHEN last IS NULL AND $previous = 'BASELINE' THEN {
    CREATE (baseline:__Neo4jMigration {version: $previous, migrationTarget: $target})
    RETURN baseline AS previous
  }
  ELSE { RETURN last AS previous }
}
CREATE (previous)-[:MIGRATED_TO {
    at: datetime({timezone: 'UTC'}), in: duration({milliseconds: $milliseconds}),
    by: $by, connectedAs: $connectedAs
  }]->(:__Neo4jMigration {
    version: $version, description: $description, type: 'CYPHER', source: $source,
    checksum: $checksum, repeatable: $repeatable, migrationTarget: $target
  })
