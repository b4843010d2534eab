// Tell when events begin and end.
//
// @mode read
// @returns first ZONED DATETIME, last ZONED DATETIME
// @plan DirectedRelationshipIndexScan
CYPHER 25
OPTIONAL CALL () {
  MATCH ()-[e:INTERACTED]->() WHERE e.at IS NOT NULL
  RETURN e.at AS first ORDER BY e.at LIMIT 1
}
OPTIONAL CALL () {
  MATCH ()-[e:INTERACTED]->() WHERE e.at IS NOT NULL
  RETURN e.at AS last ORDER BY e.at DESC LIMIT 1
}
RETURN first, last
