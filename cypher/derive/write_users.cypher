// Set the taste of users; one that is null is removed.
//
// @mode write
// @param rows LIST<MAP>   {id, taste}
CYPHER 25
UNWIND $rows AS row
MATCH (user:User {id: row.id})
CALL (user, row) {
  WITH user, row WHERE row.taste IS NULL
  SET user.taste = null
}
CALL (user, row) {
  WITH user, row WHERE row.taste IS NOT NULL
  CALL db.create.setNodeVectorProperty(user, 'taste', row.taste)
}
