// Read pseudonyms of an earlier key, of users and of their events, at most so many of each.
//
// @mode read
// @param generation INTEGER   the number of the key
// @param limit      INTEGER   how many
// @returns users LIST<STRING>, events LIST<STRING>
// @plan NodeUniqueIndexSeekByRange
CYPHER 25
LET ofUsers = 'u' + toInteger($generation) + '-', ofEvents = 'e' + toInteger($generation) + '-'
CALL (ofUsers) {
  MATCH (user:User) WHERE user.id STARTS WITH ofUsers AND size(user.id) = size(ofUsers) + 64
  WITH user.id AS id LIMIT toInteger($limit)
  RETURN collect(id) AS users
}
CALL (ofEvents) {
  MATCH ()-[event:INTERACTED]->()
  WHERE event.id STARTS WITH ofEvents AND size(event.id) = size(ofEvents) + 64
  WITH event.id AS id LIMIT toInteger($limit)
  RETURN collect(id) AS happened
}
CALL (ofEvents) {
  MATCH ()-[event:DECLINED]->()
  WHERE event.id STARTS WITH ofEvents AND size(event.id) = size(ofEvents) + 64
  WITH event.id AS id LIMIT toInteger($limit)
  RETURN collect(id) AS declined
}
RETURN users, happened + declined AS events
