// Read what remembers the users who were erased: hashes that tell no id.
//
// @mode read
// @returns hash STRING
CYPHER 25
MATCH (erased:Erased)
RETURN erased.hash AS hash
