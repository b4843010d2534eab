// Give users and events the pseudonyms of the next key.
//
// @mode write
// @param users  LIST<MAP>   {old, new}
// @param events LIST<MAP>   {old, new}
// @returns users INTEGER, events INTEGER
// @plan NodeUniqueIndexSeek(Locking), DirectedRelationshipUniqueIndexSeek(Locking)
CYPHER 25
CALL () {
  UNWIND $users AS row
  MATCH (user:User {id: row.old})
  SET user.id = row.new
  RETURN count(*) AS users
}
CALL () {
  UNWIND $events AS row
  OPTIONAL MATCH ()-[event:INTERACTED|DECLINED {id: row.old}]->()
    USING INDEX SEEK event:INTERACTED(id)
    USING INDEX SEEK event:DECLINED(id)
  SET event.id = row.new
  RETURN count(event) AS events
}
RETURN users, events
