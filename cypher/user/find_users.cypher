// Find users by the beginning of their id, in the order of the ids: one page of many.
//
// @mode read
// @param begins STRING = ''     how the id begins
// @param after  STRING = null   the last id of the page before; null: the first page
// @param k      INTEGER = 20    how many
// @returns id STRING
// @plan NodeUniqueIndexSeekByRange
CYPHER 25
MATCH (user:User)
WHERE user.id STARTS WITH coalesce($begins, '') AND user.id > coalesce($after, '')
RETURN user.id AS id ORDER BY id LIMIT toInteger(coalesce($k, 20))
