// Read all that the graph holds on one person: what was told, what was derived, and who refers to them.
//
// @mode read
// @param user STRING   the user's id, or pseudonym
// @returns properties MAP, events LIST<MAP>, declined LIST<MAP>, shown LIST<MAP>, knows LIST<STRING>,
//     knownBy LIST<STRING>, communities LIST<MAP>, standsFor INTEGER
// @plan NodeUniqueIndexSeek
CYPHER 25
MATCH (user:User {id: $user})
LET properties = properties(user)
LET events = COLLECT {
  MATCH (user)-[e:INTERACTED]->(item)
  RETURN {item: item.id, name: item.name, event: properties(e)} ORDER BY e.at.epochMillis, e.id
}
LET declined = COLLECT {
  MATCH (user)-[d:DECLINED]->(what)
  RETURN {what: what.id, name: what.name, event: properties(d)} ORDER BY d.at.epochMillis, d.id
}
LET shown = COLLECT {
  MATCH (user)-[s:SHOWN]->(item) RETURN {item: item.id, name: item.name, shown: properties(s)} ORDER BY item.id
}
LET knows = COLLECT { MATCH (user)-[:KNOWS]->(friend:User) RETURN friend.id ORDER BY friend.id }
LET knownBy = COLLECT { MATCH (user)<-[:KNOWS]-(friend:User) RETURN friend.id ORDER BY friend.id }
LET communities = COLLECT {
  MATCH (user)-[m:MEMBER_OF]->(community) RETURN {community: community.id, within: m.within} ORDER BY community.id
}
LET standsFor = COUNT { (user)-[:STANDS_FOR]->() }
RETURN properties, events, declined, shown, knows, knownBy, communities, standsFor
