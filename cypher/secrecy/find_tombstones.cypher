// Tell whether one user was erased, by what their tombstone would be, and whether anybody was.
//
// @mode read
// @param hashes LIST<STRING>   the tombstones that the user may have, one for each form of the id
// @returns erased BOOLEAN, anybody BOOLEAN
// @plan NodeUniqueIndexSeek
CYPHER 25
RETURN
  EXISTS { MATCH (erased:Erased) WHERE erased.hash IN $hashes AND NOT 'aside' IN coalesce(erased.theirs, []) } AS erased,
  EXISTS { MATCH (erased:Erased) WHERE NOT 'aside' IN coalesce(erased.theirs, []) } AS anybody
