// Take the lock of migrations, unless somebody else holds it; return who holds it now.
//
// The node and its one name are those of neo4j-migrations: the two tools exclude each other. That one
// gives no signs of life, so that its lock is never taken over.
//
// @mode write
// @param id       STRING    the one who asks
// @param name     STRING    the name of the lock
// @param patience INTEGER   seconds without a sign of life after which a holder counts as dead
// @returns holder STRING
CYPHER 25
MERGE (lock:__Neo4jMigrationsLock {name: $name})
ON CREATE SET lock.id = $id, lock.heartbeatAt = datetime.realtime()
SET lock.name = $name  // locks the node: the second of two sees what the first wrote
WITH lock, datetime.realtime() AS now
CALL (lock, now) {
  WITH lock, now WHERE lock.heartbeatAt.epochMillis + 1000 * $patience < now.epochMillis
  SET lock.id = $id, lock.heartbeatAt = now
}
RETURN lock.id AS holder
