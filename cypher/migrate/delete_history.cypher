// Delete the history of migrations; what they made stays, and so does a history of another target.
//
// @mode write
// @param target STRING = null   the migrationTarget of the history
// @returns left INTEGER
CYPHER 25
CALL () {
  MATCH (migration:__Neo4jMigration)
  WHERE coalesce(migration.migrationTarget = $target, migration.migrationTarget IS NULL AND $target IS NULL)
  DETACH DELETE migration
}
CALL () {
  MATCH (migration:__Neo4jMigration)
  RETURN count(*) AS left
}
RETURN left
