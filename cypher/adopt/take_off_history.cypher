// Delete the history of our own migrations, which stands apart from the owner's.
//
// @mode write
// @param target STRING   what that history is marked with
// @returns left INTEGER
CYPHER 25
CALL () {
  MATCH (migration:__Neo4jMigration {migrationTarget: $target})
  DETACH DELETE migration
}
CALL () {
  MATCH (migration:__Neo4jMigration)
  RETURN count(*) AS left
}
RETURN left
