// Tell whether the graph holds nothing but its schema's own nodes: migrations, models, kinds and queries.
//
// @mode read
// @returns empty BOOLEAN
CYPHER 25
RETURN NOT EXISTS {
  MATCH (n)
  WHERE NOT n:__Neo4jMigration|__Neo4jMigrationsLock|FusionModel|HiddenUnit|EventKind|ChronotopeQuery
} AS empty
