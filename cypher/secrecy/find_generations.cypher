// Tell whether users have pseudonyms of earlier keys than the newest one, or of one of the next fifty.
//
// A pseudonym is u, the number of its key, - and 64 hexadecimal signs.
//
// @mode read
// @param newest INTEGER   the number of the newest key
// @returns older BOOLEAN, newer BOOLEAN
// @plan NodeUniqueIndexSeekByRange
CYPHER 25
UNWIND range(1, toInteger($newest) + 50) AS generation
LET form = 'u' + generation + '-'
LET isThere = generation <> toInteger($newest) AND EXISTS {
  (user:User) WHERE user.id STARTS WITH form AND size(user.id) = size(form) + 64
}
WITH collect(CASE WHEN isThere THEN generation END) AS others
RETURN any(one IN others WHERE one < $newest) AS older, any(one IN others WHERE one > $newest) AS newer
