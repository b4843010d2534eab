// How far the loads of files came that are not finished.
CYPHER 25 CREATE INDEX checkpoint_file IF NOT EXISTS FOR (c:Checkpoint) ON (c.file);
