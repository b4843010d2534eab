// The textbook collaborative filtering: users who share items, and what else they had.
//
// @mode read
// @param user STRING
// @param at   ZONED DATETIME
// @returns id STRING, score INTEGER
CYPHER 25
MATCH (u:User {id: $user})-[e:INTERACTED]->(:Item)<-[f:INTERACTED]-(v:User)
WHERE e.at < $at AND f.at < $at AND v <> u
WITH u, v, count(*) AS shared ORDER BY shared DESC LIMIT 100
MATCH (v)-[g:INTERACTED]->(item:Item)
WHERE g.at < $at AND NOT (u)-[:INTERACTED]->(item)
RETURN item.id AS id, sum(shared) AS score ORDER BY score DESC LIMIT 20
