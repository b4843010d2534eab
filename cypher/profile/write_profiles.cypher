// Write the profiles of users, the texts that say what they are interested in.
//
// @mode write
// @param rows LIST<MAP>   {id, profile}; a null profile is removed, with its embedding
// @returns written INTEGER
CYPHER 25
UNWIND $rows AS row
MATCH (user:User {id: row.id})
WHERE coalesce(user.profile <> row.profile, (user.profile IS NULL) <> (row.profile IS NULL))
SET user.profile = row.profile
WITH user, row
CALL (user, row) {
  WITH user, row WHERE row.profile IS NULL
  SET user.embedding = null, user.embeddingKey = null
}
RETURN count(*) AS written
