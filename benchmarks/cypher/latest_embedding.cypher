// Read the embedding of the user's latest item, for a retriever that is given a vector.
//
// @mode read
// @param user STRING
// @param at   ZONED DATETIME
// @returns embedding LIST<FLOAT>
CYPHER 25
MATCH (:User {id: $user})-[e:INTERACTED]->(last:Item) WHERE e.at < $at AND last.embedding IS NOT NULL
WITH last ORDER BY e.at DESC LIMIT 1
RETURN last.embedding AS embedding
