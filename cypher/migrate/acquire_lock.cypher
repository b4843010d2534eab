// Take the lock of migrations; return who held it before, if anyone.
//
// The node and its one name are those of neo4j-migrations: the two tools exclude each other.
//
// @mode write
// @param id   STRING   the one who asks
// @param name STRING   the name of the lock
// @returns holder STRING
CYPHER 25
MERGE (lock:__Neo4jMigrationsLock {name: $name})
ON CREATE SET lock.id = $id
RETURN lock.id AS holder
