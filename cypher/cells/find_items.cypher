// Find items that have coordinates and no cell: Cypher cannot compute one.
//
// @mode read
// @param limit INTEGER   how many
// @returns id STRING, latitude FLOAT, longitude FLOAT
CYPHER 25
MATCH (item:Item)
WHERE item.id IS :: STRING NOT NULL AND item.location IS :: POINT NOT NULL AND item.cell IS NULL
  AND item.location.latitude IS NOT NULL
RETURN item.id AS id, item.location.latitude AS latitude, item.location.longitude AS longitude
LIMIT toInteger($limit)
