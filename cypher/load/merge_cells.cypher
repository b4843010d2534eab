// Merge cells (H3 hexagons, coarse ones first) and the coarser cell that each lies within.
//
// @mode write
// @param rows LIST<MAP>   {id, resolution, center, within}; within is an id or null
CYPHER 25
UNWIND $rows AS row
MERGE (cell:Cell {id: row.id})
ON CREATE SET cell.resolution = row.resolution, cell.center = row.center
WITH cell, row WHERE row.within IS NOT NULL
MERGE (coarser:Cell {id: row.within})
MERGE (cell)-[:WITHIN]->(coarser)
