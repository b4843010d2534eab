// Describe the relationships of a graph: how many, between what, and properties of the first thousands.
//
// `ends` are the labels at both ends with how often they occur.
//
// @mode read
// @param without LIST<STRING>   types to leave out
// @returns type STRING, links INTEGER, sampled INTEGER, ends LIST<MAP>, properties LIST<MAP>
CYPHER 25
CALL db.relationshipTypes() YIELD relationshipType AS type
WITH type WHERE NOT type IN $without
CALL (type) {
  MATCH ()-[link:$(type)]->()
  RETURN count(*) AS links
}
CALL (type) {
  MATCH ()-[link:$(type)]->()
  WITH link LIMIT 3000
  WITH collect(link) AS sample
  CALL (sample) {
    UNWIND sample AS link
    WITH labels(startNode(link)) AS start, labels(endNode(link)) AS end, count(*) AS times
    RETURN collect({start: start, end: end, times: times}) AS ends
  }
  CALL (sample) {
    UNWIND sample AS link
    UNWIND keys(link) AS name
    LET type = replace(valueType(link[name]), ' NOT NULL', '')
    LET value = CASE WHEN type STARTS WITH 'LIST' OR type STARTS WITH 'VECTOR' THEN null ELSE link[name] END
    WITH name, collect(DISTINCT type) AS types, count(*) AS times, collect(DISTINCT value) AS values
    RETURN collect({name: name, types: types, times: times, values: size(values), some: values[..20]}) AS properties
  }
  RETURN size(sample) AS sampled, ends, properties
}
RETURN type, links, sampled, ends, properties ORDER BY type
