// Read which interest is broader than which.
//
// @mode read
// @returns interest STRING, broader STRING
CYPHER 25
MATCH (interest:Interest)-[:BROADER]->(above:Interest)
RETURN interest.id AS interest, above.id AS broader ORDER BY interest, broader
