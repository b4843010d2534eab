// Publish queries of the catalogue, to be looked up in the graph and compared; nothing runs them from there.
//
// @mode write
// @param rows LIST<MAP>     all properties of queries that are new, or not as they were
// @param gone LIST<STRING>  names of queries that there are no more
CYPHER 25
CALL () {
  MATCH (query:ChronotopeQuery) WHERE query.name IN $gone
  DETACH DELETE query
}
UNWIND $rows AS row
MERGE (query:ChronotopeQuery {name: row.name})
SET query = row
