// Find events that have coordinates and no cell: Cypher cannot compute one.
//
// @mode read
// @param limit INTEGER   how many
// @returns id STRING, latitude FLOAT, longitude FLOAT
CYPHER 25
MATCH ()-[event:INTERACTED]->()
WHERE event.location IS NOT NULL AND event.cell IS NULL
  AND event.location.latitude IS NOT NULL AND event.id IS NOT NULL
RETURN event.id AS id, event.location.latitude AS latitude, event.location.longitude AS longitude
LIMIT toInteger($limit)
