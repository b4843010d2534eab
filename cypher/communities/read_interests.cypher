// Read every interest with its name.
//
// @mode read
// @returns id STRING, name STRING, scheme STRING
CYPHER 25
MATCH (interest:Interest)
RETURN interest.id AS id, coalesce(interest.name, interest.id) AS name, interest.scheme AS scheme
ORDER BY id
