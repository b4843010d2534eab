// Remove all communities, what users have of them, and the record of how they were found.
//
// @mode write
CYPHER 25
// The record first: of two who write at once, the second waits for it.
MERGE (derivation:Derivation {name: 'communities'})
DELETE derivation
WITH count(*) AS ready
CALL () {
  MATCH (community:Community) WHERE community.id STARTS WITH 'community:'
  DETACH DELETE community
}
CALL () {
  MATCH (user:User) WHERE user.influence IS NOT NULL
  SET user.influence = null, user.betweenness = null
}
