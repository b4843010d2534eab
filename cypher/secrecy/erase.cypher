// Erase what users are tied by, at most so much at a time, and the users when nothing is left.
//
// Ask again until `left` is false; what was erased already is passed over.
//
// @mode write
// @param users LIST<STRING>   ids or pseudonyms
// @param limit INTEGER        how many relationships
// @returns erased INTEGER, left BOOLEAN
// @plan NodeUniqueIndexSeek(Locking)
CYPHER 25
CALL () {
  UNWIND $users AS name
  MATCH (:User {id: name})-[tie]-()
  WITH DISTINCT tie LIMIT toInteger($limit)
  DELETE tie
  RETURN count(*) AS erased
}
CALL (erased) {
  WITH erased WHERE erased < toInteger($limit)
  UNWIND $users AS name
  MATCH (user:User {id: name})
  DELETE user
}
RETURN erased, erased >= toInteger($limit) AS left
