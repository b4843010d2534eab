// The graph model: what is unique, and what is found by range, place and vector.
CYPHER 25 CREATE CONSTRAINT user_id IF NOT EXISTS FOR (u:User) REQUIRE u.id IS UNIQUE;
CYPHER 25 CREATE CONSTRAINT item_id IF NOT EXISTS FOR (i:Item) REQUIRE i.id IS UNIQUE;
CYPHER 25 CREATE CONSTRAINT interest_id IF NOT EXISTS FOR (i:Interest) REQUIRE i.id IS UNIQUE;
CYPHER 25 CREATE CONSTRAINT cell_id IF NOT EXISTS FOR (c:Cell) REQUIRE c.id IS UNIQUE;
CYPHER 25 CREATE CONSTRAINT encoder_role IF NOT EXISTS FOR (e:Encoder) REQUIRE e.role IS UNIQUE;
CYPHER 25 CREATE CONSTRAINT derivation_name IF NOT EXISTS FOR (d:Derivation) REQUIRE d.name IS UNIQUE;
CYPHER 25 CREATE CONSTRAINT fusion_model_name IF NOT EXISTS FOR (m:FusionModel) REQUIRE m.name IS UNIQUE;
CYPHER 25 CREATE CONSTRAINT event_id IF NOT EXISTS FOR ()-[e:INTERACTED]-() REQUIRE e.id IS UNIQUE;
CYPHER 25 CREATE INDEX event_at IF NOT EXISTS FOR ()-[e:INTERACTED]-() ON (e.at);
CYPHER 25 CREATE INDEX item_attraction IF NOT EXISTS FOR (i:Item) ON (i.attraction);
CYPHER 25 CREATE POINT INDEX item_location IF NOT EXISTS FOR (i:Item) ON (i.location);
CYPHER 25 CREATE POINT INDEX cell_center IF NOT EXISTS FOR (c:Cell) ON (c.center);
CYPHER 25 CREATE VECTOR INDEX item_embedding IF NOT EXISTS FOR (i:Item) ON (i.embedding) WITH [i.cell, i.active]
OPTIONS {indexConfig: {`vector.similarity_function`: 'cosine', `vector.quantization.type`: 'none'}};
CYPHER 25 CREATE VECTOR INDEX interest_embedding IF NOT EXISTS FOR (i:Interest) ON (i.embedding)
OPTIONS {indexConfig: {`vector.similarity_function`: 'cosine', `vector.quantization.type`: 'none'}};
CYPHER 25 CREATE VECTOR INDEX user_embedding IF NOT EXISTS FOR (u:User) ON (u.embedding)
OPTIONS {indexConfig: {`vector.similarity_function`: 'cosine', `vector.quantization.type`: 'none'}};
CYPHER 25 CREATE VECTOR INDEX user_taste IF NOT EXISTS FOR (u:User) ON (u.taste)
OPTIONS {indexConfig: {`vector.similarity_function`: 'cosine', `vector.quantization.type`: 'none'}};
