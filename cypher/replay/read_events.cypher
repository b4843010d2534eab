// Read every event as the loader would have read it from a file.
//
// @mode read
// @returns id STRING, user STRING, item STRING, epochMillis INTEGER, zone STRING,
//     dateOnly BOOLEAN, kind STRING, value FLOAT, latitude FLOAT, longitude FLOAT, cell STRING, place STRING
CYPHER 25
MATCH (user:User)-[e:INTERACTED]->(item:Item)
RETURN e.id AS id, user.id AS user, item.id AS item, e.at.epochMillis AS epochMillis,
  e.at.timezone AS zone, e.hour IS NULL AS dateOnly, e.kind AS kind, e.value AS value, e.location.latitude AS latitude,
  e.location.longitude AS longitude, e.cell AS cell,
  CASE WHEN e.cell STARTS WITH 'place:' THEN substring(e.cell, 6) END AS place
