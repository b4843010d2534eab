// Tell how many bytes of the server's heap are in use.
//
// @mode read
// @returns used INTEGER
CYPHER 25
CALL dbms.queryJmx('java.lang:type=Memory') YIELD attributes
RETURN attributes.HeapMemoryUsage.value.properties.used AS used
