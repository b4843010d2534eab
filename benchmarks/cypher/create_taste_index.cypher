// Make the vector index of tastes, as the first migration does.
//
// @mode schema
CYPHER 25
CREATE VECTOR INDEX user_taste IF NOT EXISTS FOR (user:User) ON (user.taste)
OPTIONS {indexConfig: {`vector.similarity_function`: 'cosine', `vector.quantization.type`: 'none'}}
