// Read the profiles of users, and the key of the text each was embedded with.
//
// @mode read
// @param users LIST<STRING> = null   their ids; null: all
// @returns id STRING, profile STRING, key STRING
CYPHER 25
MATCH (user:User) WHERE user.profile IS NOT NULL AND coalesce(user.id IN $users, true)
RETURN user.id AS id, user.profile AS profile, user.embeddingKey AS key ORDER BY id
