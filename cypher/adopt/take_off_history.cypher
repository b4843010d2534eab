// Delete the history of our own migrations, which stands apart from the owner's.
//
// @mode write
// @param target STRING   what that history is marked with
CYPHER 25
MATCH (migration:__Neo4jMigration {migrationTarget: $target})
DETACH DELETE migration
