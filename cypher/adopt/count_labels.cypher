// Count the nodes of labels, and of each those with a value of the property that it is known by.
//
// `texts` are nodes whose value is a text, `twice` is a value that several have, if there is one, and
// `twiceText` a text that several have.
// `recorded` are nodes with the property in which an adoption notes what a node had.
//
// @mode read
// @param rows LIST<MAP>   {label, key}
// @returns label STRING, nodes INTEGER, texts INTEGER, twice ANY, twiceText STRING, recorded INTEGER
CYPHER 25
UNWIND $rows AS row
CALL (row) {
  MATCH (node:$(row.label))
  RETURN count(*) AS nodes, count(node.theirs) AS recorded
}
CALL (row) {
  MATCH (node:$(row.label)) WHERE node[row.key] IS NOT NULL
  WITH node[row.key] AS value, count(*) AS times
  RETURN sum(CASE WHEN value IS :: STRING THEN times ELSE 0 END) AS texts,
    collect(CASE WHEN times > 1 THEN value END)[0] AS twice,
    collect(CASE WHEN times > 1 AND value IS :: STRING THEN value END)[0] AS twiceText
}
RETURN row.label AS label, nodes, texts, twice, twiceText, recorded
