// Search the vector index for the hundred tastes nearest to one, as `recommend.discover` does.
//
// @mode read
// @param taste LIST<FLOAT>
// @returns id STRING
CYPHER 25
WITH $taste AS taste
MATCH (user:User) SEARCH user IN (VECTOR INDEX user_taste FOR taste LIMIT 100)
RETURN user.id AS id
