// Read what the texts of interests are made of, and the key of the text each was embedded with.
//
// @mode read
// @returns id STRING, name STRING, broader STRING, key STRING
CYPHER 25
MATCH (interest:Interest) WHERE interest.scheme IN ['category', 'keyword']  // an owner's nodes may have the label too
OPTIONAL MATCH (interest)-[:BROADER]->(broader:Interest)
RETURN interest.id AS id, interest.name AS name, broader.name AS broader,
  interest.embeddingKey AS key ORDER BY id
