// What searches go by: words of names and descriptions, and vectors of pictures and of sound.
CYPHER 25 CREATE FULLTEXT INDEX item_words IF NOT EXISTS FOR (i:Item) ON EACH [i.name, i.description]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'standard-no-stop-words'}};
CYPHER 25 CREATE VECTOR INDEX item_image IF NOT EXISTS FOR (i:Item) ON (i.imageEmbedding)
OPTIONS {indexConfig: {`vector.similarity_function`: 'cosine', `vector.quantization.type`: 'none'}};
CYPHER 25 CREATE VECTOR INDEX item_audio IF NOT EXISTS FOR (i:Item) ON (i.audioEmbedding)
OPTIONS {indexConfig: {`vector.similarity_function`: 'cosine', `vector.quantization.type`: 'none'}};
