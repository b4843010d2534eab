// Describe the labels of a graph: how many nodes, and the properties of the first thousand of these.
//
// Of a property: its name, its types, how many nodes have it, how many values there are, and some.
//
// @mode read
// @param without LIST<STRING>   labels to leave out
// @returns label STRING, nodes INTEGER, sampled INTEGER, properties LIST<MAP>
CYPHER 25
CALL db.labels() YIELD label
WITH label WHERE NOT label IN $without AND NOT label STARTS WITH '__'
CALL (label) {
  MATCH (node:$(label))
  RETURN count(*) AS nodes
}
CALL (label) {
  MATCH (node:$(label))
  WITH node LIMIT 1000
  WITH collect(node) AS sample
  CALL (sample) {
    UNWIND sample AS node
    UNWIND keys(node) AS name
    LET type = replace(valueType(node[name]), ' NOT NULL', '')
    LET value = CASE WHEN type STARTS WITH 'LIST' OR type STARTS WITH 'VECTOR' THEN null ELSE node[name] END
    WITH name, collect(DISTINCT type) AS types, count(*) AS times, collect(DISTINCT value) AS values
    RETURN collect({name: name, types: types, times: times, values: size(values), some: values[..20]}) AS properties
  }
  RETURN size(sample) AS sampled, properties
}
RETURN label, nodes, sampled, properties ORDER BY label
