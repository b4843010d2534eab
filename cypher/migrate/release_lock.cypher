// Give the lock of migrations back.
//
// @mode write
// @param id STRING   the one who holds it
CYPHER 25
MATCH (lock:__Neo4jMigrationsLock {id: $id})
DELETE lock
