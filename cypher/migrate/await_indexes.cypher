// Wait until every index is online.
//
// @mode read
// @param seconds INTEGER = 600
CYPHER 25
CALL db.awaitIndexes(toInteger(coalesce($seconds, 600)))
