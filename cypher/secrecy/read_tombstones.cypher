// Read what remembers the users who were erased, and before which moment events were dropped.
//
// A hash tells no id; `nodes` are all that were looked at, an owner's own too (`secrecy.look_again`). `before`
// is in epoch milliseconds, null where nothing was dropped.
//
// @mode read
// @returns hashes LIST<STRING>, nodes INTEGER, before INTEGER
// @plan NodeByLabelScan
CYPHER 25
OPTIONAL MATCH (retention:Derivation {name: 'retention'})
LET found = COLLECT {
  MATCH (erased:Erased)
  RETURN CASE WHEN 'aside' IN coalesce(erased.theirs, []) THEN null ELSE erased.hash END AS hash
}
RETURN [hash IN found WHERE hash IS NOT NULL] AS hashes, size(found) AS nodes,
  retention.asOf.epochMillis AS before
