// Tell whether there is a place of a name; where there is none, list others.
//
// @mode read
// @param place STRING   its name
// @returns known BOOLEAN, others LIST<STRING>
// @plan NodeUniqueIndexSeek
CYPHER 25
OPTIONAL MATCH (known:Cell {id: 'place:' + $place})
CALL (known) {
  MATCH (other:Cell:Place) WHERE known IS NULL
  WITH other LIMIT 10000
  RETURN collect(other.name) AS others
}
RETURN known IS NOT NULL AS known, others
