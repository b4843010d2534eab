// List the queries that the server's plugin carries. A server without the plugin cannot run this.
//
// @mode read
// @returns name STRING, fingerprint STRING, version STRING
CYPHER 25
CALL chronotope.queries() YIELD name, fingerprint, version
RETURN name, fingerprint, version
