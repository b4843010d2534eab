// Find the ids that may be meant by one that there is not: those that begin alike, then others.
//
// @mode read
// @param user STRING   the id that there is not
// @returns id STRING
CYPHER 25
LET beginning = left($user, 2)
CALL (beginning) {
  MATCH (user:User) WHERE user.id STARTS WITH beginning
  RETURN user.id AS id LIMIT 1000
  UNION
  MATCH (user:User) WHERE user.id IS :: STRING NOT NULL
  RETURN user.id AS id LIMIT 1000
}
RETURN id ORDER BY id
