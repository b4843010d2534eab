// Read every item with its place and what it is about.
//
// @mode read
// @returns id STRING, name STRING, latitude FLOAT, longitude FLOAT, interests LIST<STRING>
CYPHER 25
MATCH (item:Item)
LET interests = [(item)-[:ABOUT]->(interest:Interest) | interest.id]
RETURN item.id AS id, item.name AS name, item.location.latitude AS latitude,
  item.location.longitude AS longitude, interests
ORDER BY id
