// What rises is found by the first visits that are stored: the attraction of an item is no property any more.
CYPHER 25 CREATE INDEX item_first_visits IF NOT EXISTS FOR (i:Item) ON (i.firstVisits90);
CYPHER 25 DROP INDEX item_attraction IF EXISTS;
