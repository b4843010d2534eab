// Read the ids of events that begin alike: how often each is in the graph.
//
// @mode read
// @param prefix STRING   how they begin
// @returns id STRING, times INTEGER
CYPHER 25
MATCH ()-[event:INTERACTED]->()
WHERE event.id STARTS WITH $prefix
RETURN event.id AS id, count(*) AS times
