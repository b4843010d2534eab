// Tell whether users have pseudonyms of earlier or of later keys than the newest one.
//
// A pseudonym is u, the number of its key, - and 64 hexadecimal signs.
//
// @mode read
// @param newest INTEGER   the number of the newest key
// @returns older BOOLEAN, newer BOOLEAN
// @plan NodeUniqueIndexSeekByRange
CYPHER 25
LET newest = toInteger($newest)
CALL (newest) {
  UNWIND [k IN range(1, newest - 1) | k] AS k
  RETURN collect(EXISTS { (user:User) WHERE user.id STARTS WITH 'u' + k + '-' AND size(user.id) = 65 + size('u' + k) }) AS olds
}
LET newer = EXISTS {
  (user:User) WHERE user.id STARTS WITH 'u' + (newest + 1) + '-' AND size(user.id) = 65 + size('u' + (newest + 1))
}
RETURN any(old IN olds WHERE old) AS older, newer
