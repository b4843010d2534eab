// Take users away, with all that they did.
//
// @mode write
// @param users LIST<STRING>   their ids
CYPHER 25
UNWIND $users AS id
MATCH (user:User {id: id})
DETACH DELETE user
