// Tell the server's version and edition.
//
// @mode read
// @returns version STRING, edition STRING
CYPHER 25
CALL dbms.components() YIELD name, versions, edition
WHERE name = 'Neo4j Kernel'
RETURN versions[0] AS version, edition
