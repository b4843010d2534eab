// Read what remembers the users who were erased, and before which moment events were dropped.
//
// A hash tells no id; `before` is in epoch milliseconds, null where nothing was dropped.
//
// @mode read
// @returns hashes LIST<STRING>, before INTEGER
// @plan NodeByLabelScan
CYPHER 25
OPTIONAL MATCH (retention:Derivation {name: 'retention'})
LET hashes = COLLECT { MATCH (erased:Erased) WHERE NOT 'aside' IN coalesce(erased.theirs, []) RETURN erased.hash }
RETURN hashes, retention.asOf.epochMillis AS before
