// Find which of these users there are.
//
// @mode read
// @param ids LIST<STRING>   each once
// @returns id STRING
// @plan NodeUniqueIndexSeek
CYPHER 25
UNWIND $ids AS id
MATCH (user:User {id: id})
RETURN user.id AS id
