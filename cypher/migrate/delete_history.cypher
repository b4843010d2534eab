// Delete the history of migrations; what they made stays.
//
// @mode write
CYPHER 25
MATCH (migration:__Neo4jMigration)
DETACH DELETE migration
