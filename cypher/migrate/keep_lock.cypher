// Give a sign of life of those who migrate.
//
// @mode write
// @param id STRING   the one who holds the lock
CYPHER 25
MATCH (lock:__Neo4jMigrationsLock {id: $id})
SET lock.heartbeatAt = datetime.realtime()
