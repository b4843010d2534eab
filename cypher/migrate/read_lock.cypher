// Tell who holds the lock of migrations, if anyone.
//
// @mode read
// @returns holder STRING
CYPHER 25
MATCH (lock:__Neo4jMigrationsLock)
RETURN lock.id AS holder
