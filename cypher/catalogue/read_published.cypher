// Read the queries that were published in the graph, with all their properties.
//
// @mode read
// @returns query MAP
CYPHER 25
MATCH (published:ChronotopeQuery) WHERE published.name IS NOT NULL
RETURN properties(published) AS query
