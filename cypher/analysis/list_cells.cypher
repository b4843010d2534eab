// List the finest cells of the map: the hexagons in which items and events lie.
//
// @mode read
// @returns id STRING
CYPHER 25
MATCH (cell:Cell) WHERE cell.resolution = 9
RETURN cell.id AS id ORDER BY id
