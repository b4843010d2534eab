// Count the nodes of each label; the label of those that have none is empty.
//
// Every node is read: what a damaged store has lost is missing here.
//
// @mode read
// @returns label STRING, nodes INTEGER
CYPHER 25
MATCH (node)
UNWIND CASE WHEN size(labels(node)) > 0 THEN labels(node) ELSE [''] END AS label
RETURN label, count(*) AS nodes ORDER BY label
