// Communities of people are known by their ids, influential people found by range.
CYPHER 25 CREATE CONSTRAINT community_id IF NOT EXISTS FOR (c:Community) REQUIRE c.id IS UNIQUE;
CYPHER 25 CREATE INDEX user_influence IF NOT EXISTS FOR (u:User) ON (u.influence);
