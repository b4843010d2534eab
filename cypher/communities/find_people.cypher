// Find the users who hold a community together, or all of them: the most influential first.
//
// `influence` is 1 on average over all who have ties; `betweenness` is the share of shortest paths between
// others that lead through the user; `within` is the share of a user's ties that stay in the community.
// What was written by `chronotope communities --write` is told; it does not change with events.
//
// @mode read
// @public
// @param community STRING = null   the id of a community; null: all users
// @param k         INTEGER = 20    how many
// @returns id STRING, influence FLOAT, betweenness FLOAT, community STRING, within FLOAT
// @node user User
// @plan NodeIndexSeekByRange
CYPHER 25
MATCH (user:User) WHERE user.influence > 0
OPTIONAL MATCH (user)-[member:MEMBER_OF]->(community:Community)
WITH user, community.id AS community, member.within AS within
WHERE $community IS NULL OR community = $community
WITH coll.sort(collect([-user.influence, user.id, user, community, within])) AS ranks
UNWIND ranks[..toInteger(coalesce($k, 20))] AS r
RETURN r[1] AS id, -r[0] AS influence, r[2].betweenness AS betweenness, r[3] AS community, r[4] AS within
ORDER BY influence DESC, id
