// Read every interest with the broader one above it.
//
// @mode read
// @returns id STRING, name STRING, scheme STRING, level INTEGER, broader STRING
CYPHER 25
MATCH (interest:Interest) WHERE interest.scheme IN ['category', 'keyword']  // an owner's nodes may have the label too
OPTIONAL MATCH (interest)-[:BROADER]->(broader:Interest)
RETURN interest.id AS id, interest.name AS name, interest.scheme AS scheme, interest.level AS level,
  broader.id AS broader ORDER BY id
