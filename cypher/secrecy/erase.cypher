// Erase what users are tied by, at most so much at a time, and the users when nothing is left.
//
// Ask again until `left` is false; what was erased already is passed over. The tombstones of the users are written
// before. Merging a user waits for whoever is writing one of that id, and deleting it for whoever ties
// something to it: what they write is deleted, too. A node of an owner's stays.
//
// @mode write
// @param users LIST<STRING>   ids or pseudonyms
// @param limit INTEGER        how many relationships
// @returns erased INTEGER, left BOOLEAN
// @plan NodeUniqueIndexSeek(Locking)
CYPHER 25
CALL () {
  UNWIND $users AS name
  MATCH (user:User {id: name})-[tie]-() WHERE user.theirs IS NULL
  WITH DISTINCT tie LIMIT toInteger($limit)
  DELETE tie
  RETURN count(*) AS erased
}
CALL (erased) {
  WITH erased WHERE erased < toInteger($limit)
  UNWIND $users AS name
  MERGE (user:User {id: name})
  WITH user WHERE user.theirs IS NULL
  DETACH DELETE user
}
RETURN erased, erased >= toInteger($limit) AS left
