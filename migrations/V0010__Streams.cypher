// How far streams are followed, each known by its name.
CYPHER 25 CREATE CONSTRAINT stream_name IF NOT EXISTS FOR (s:Stream) REQUIRE s.name IS UNIQUE;
