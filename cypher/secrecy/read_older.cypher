// Read pseudonyms of an earlier key, of users and of their events, at most so many of each.
//
// @mode read
// @param generation INTEGER   the number of the key
// @param limit      INTEGER   how many
// @returns users LIST<STRING>, events LIST<STRING>
// @plan NodeUniqueIndexSeekByRange
CYPHER 25
LET most = toInteger($limit)
LET ofUsers = 'u' + toInteger($generation) + '-', ofEvents = 'e' + toInteger($generation) + '-'
CALL (most, ofUsers) {
  MATCH (user:User) WHERE user.id STARTS WITH ofUsers AND size(user.id) = size(ofUsers) + 64
  WITH user.id AS id, most LIMIT most
  RETURN collect(id) AS users
}
CALL (most, ofEvents) {
  MATCH ()-[event:INTERACTED]->()
  WHERE event.id STARTS WITH ofEvents AND size(event.id) = size(ofEvents) + 64
  WITH event.id AS id LIMIT most
  RETURN collect(id) AS happened
}
CALL (most, ofEvents) {
  MATCH ()-[event:DECLINED]->()
  WHERE event.id STARTS WITH ofEvents AND size(event.id) = size(ofEvents) + 64
  WITH event.id AS id LIMIT most
  RETURN collect(id) AS declined
}
RETURN users, happened + declined AS events
