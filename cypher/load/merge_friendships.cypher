// Merge who knows whom; users that are new are made on the way.
//
// @mode write
// @param rows LIST<MAP>   {user, friend}, each pair once
// @returns created INTEGER
CYPHER 25
UNWIND $rows AS row
MERGE (user:User {id: row.user})
MERGE (friend:User {id: row.friend})
WITH user, friend, EXISTS { (user)-[:KNOWS]->(friend) } AS known
MERGE (user)-[:KNOWS]->(friend)
RETURN count(CASE WHEN NOT known THEN 1 END) AS created
