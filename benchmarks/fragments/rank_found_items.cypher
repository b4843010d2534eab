// What follows a vector search in a retriever: rank the nodes found by what the user's own items were
// co-visited with and by popularity, leaving out what the user knows.
MATCH (user:User {id: $user})
OPTIONAL MATCH (user)-[:INTERACTED]->(own:Item)-[c:CO_VISITED]->(node)
WITH user, node, score, sum(c.count) AS together
WHERE NOT (user)-[:INTERACTED]->(node)
RETURN node.id AS id, node.name AS name,
  score + .1 * log(1 + together) + .1 * log(1 + node.users) AS score ORDER BY score DESC LIMIT 20
