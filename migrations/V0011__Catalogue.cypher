// The published catalogue: a query is known by its name. `chronotope migrate apply` writes the nodes.
CYPHER 25 CREATE CONSTRAINT chronotope_query_name IF NOT EXISTS FOR (q:ChronotopeQuery) REQUIRE q.name IS UNIQUE;
