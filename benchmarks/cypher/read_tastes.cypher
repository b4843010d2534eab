// Read the taste of every user who has one.
//
// @mode read
// @returns id STRING, taste LIST<FLOAT>
CYPHER 25
MATCH (user:User) WHERE user.taste IS NOT NULL
RETURN user.id AS id, user.taste AS taste
