// Return the identity of the database: of a graph that was made anew it is another one.
//
// Followers of one graph share the partitions of a topic; those of another graph get all of them.
//
// @mode read
// @returns id STRING
CYPHER 25
CALL db.info() YIELD id
RETURN id
