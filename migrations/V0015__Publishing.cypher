// What was published with differential privacy is known by its id: what it spent is spent once.
CYPHER 25 CREATE CONSTRAINT data_release_id IF NOT EXISTS FOR (r:DataRelease) REQUIRE r.id IS UNIQUE;
