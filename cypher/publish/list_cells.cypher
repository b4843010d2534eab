// List the finest cells in which items lie: where something is, whether anybody was there or not.
//
// @mode read
// @returns id STRING
CYPHER 25
MATCH (item:Item)
WHERE item.location IS NOT NULL AND item.cell IS NOT NULL
RETURN DISTINCT item.cell AS id ORDER BY id
