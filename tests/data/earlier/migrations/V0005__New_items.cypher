// What nobody has been at yet is found by its number of users.
CYPHER 25 CREATE INDEX item_users IF NOT EXISTS FOR (i:Item) ON (i.users);
