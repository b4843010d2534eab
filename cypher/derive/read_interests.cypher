// Read every category with the broader one above it.
//
// @mode read
// @returns id STRING, broader STRING
CYPHER 25
MATCH (interest:Interest {scheme: 'category'})
OPTIONAL MATCH (interest)-[:BROADER]->(broader:Interest)
RETURN interest.id AS id, broader.id AS broader ORDER BY id
