// Count the nodes of a database that belong to nobody's migrations.
//
// Before the first migration is applied this tells an empty database from somebody else's.
//
// @mode read
// @returns nodes INTEGER
CYPHER 25
MATCH (n) WHERE NOT n:__Neo4jMigration AND NOT n:__Neo4jMigrationsLock
RETURN count(n) AS nodes
