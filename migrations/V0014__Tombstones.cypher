// Who was erased is known by tombstones, each of them once, and asked for with every event.
CYPHER 25 CREATE CONSTRAINT erased_hash IF NOT EXISTS FOR (e:Erased) REQUIRE e.hash IS UNIQUE;
