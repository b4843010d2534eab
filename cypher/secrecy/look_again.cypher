// Is what rows were checked by still so: how many tombstones there are, and from when on events are kept?
//
// It comes last in a transaction that writes of users. `secrecy.erase` waits for the locks of these users, and does so
// after its tombstones are written: so either they are counted here, or what is written here is erased there. To drop
// events (`secrecy.forget`) waits for nobody: an event that is committed just then stays until it is done again.
//
// Tombstones that are an owner's own nodes count; `before` is in epoch milliseconds, null where nothing was dropped.
//
// @mode read
// @returns nodes INTEGER, before INTEGER
// @plan NodeCountFromCountStore
CYPHER 25
CALL () {
  MATCH (erased:Erased)
  RETURN count(erased) AS nodes
}
OPTIONAL MATCH (retention:Derivation {name: 'retention'})
RETURN nodes, retention.asOf.epochMillis AS before
