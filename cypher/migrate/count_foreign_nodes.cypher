// Count the nodes of a database that no migration brings.
//
// Those are the history of migrations, models, kinds of events and published queries.
// Before the first migration is applied this tells an empty database from somebody else's.
//
// @mode read
// @returns nodes INTEGER
CYPHER 25
MATCH (n)
WHERE NOT n:__Neo4jMigration|__Neo4jMigrationsLock|FusionModel|HiddenUnit|EventKind|ChronotopeQuery
RETURN count(n) AS nodes
