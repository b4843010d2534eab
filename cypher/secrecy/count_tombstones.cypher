// Count tombstones, also those that are an owner's own nodes: is what was asked of them still so?
//
// It comes last in a transaction that writes of users. `secrecy.erase` waits for the locks of these users, and does so
// after its tombstones are written: so either they are counted here, or what is written here is erased there.
//
// @mode read
// @returns nodes INTEGER
// @plan NodeCountFromCountStore
CYPHER 25
MATCH (erased:Erased)
RETURN count(erased) AS nodes
