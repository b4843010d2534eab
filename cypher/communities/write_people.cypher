// Write how much users hold together, and which community each belongs to.
//
// @mode write
// @param rows LIST<MAP>   {id, influence, betweenness, community, within}; a null community is none
CYPHER 25
UNWIND $rows AS row
MATCH (user:User {id: row.id})
SET user.influence = row.influence, user.betweenness = row.betweenness
WITH user, row WHERE row.community IS NOT NULL
MATCH (community:Community {id: row.community})
MERGE (user)-[member:MEMBER_OF]->(community)
SET member.within = row.within
