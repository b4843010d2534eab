// Drop events before a moment, of so many users at a time; each user's newest of every item and kind stays.
//
// Of every kind: who looks at what they bought still has it.
//
// Users come in the order of their ids; ask again with the `last` one until it is null.
//
// @mode write
// @param before ZONED DATETIME   the moment
// @param after  STRING = ''      the id of the last user who was looked at
// @param limit  INTEGER = 1000   how many users
// @returns dropped INTEGER, last STRING
// @plan NodeUniqueIndexSeekByRange
CYPHER 25
CALL () {
  MATCH (user:User) WHERE user.id > coalesce($after, '')
  RETURN user ORDER BY user.id LIMIT toInteger(coalesce($limit, 1000))
}
CALL (user) {
  MATCH (user)-[event:INTERACTED]->(item)
  WITH item, event ORDER BY event.at.epochMillis DESC, event.id DESC
  WITH item, event.kind AS kind, collect(event)[1..] AS older
  UNWIND older AS event
  WITH event WHERE event.at.epochMillis < $before.epochMillis
  DELETE event
  RETURN count(*) AS dropped
}
RETURN sum(dropped) AS dropped, max(user.id) AS last
