// Read every user, with what was written of them: the community and how much they hold together.
//
// @mode read
// @returns id STRING, community STRING, influence FLOAT, betweenness FLOAT
CYPHER 25
MATCH (user:User)
OPTIONAL MATCH (user)-[:MEMBER_OF]->(community:Community)
RETURN user.id AS id, community.id AS community, user.influence AS influence,
  user.betweenness AS betweenness
ORDER BY id
