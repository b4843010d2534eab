// Retract events: delete them by their ids, and tell which ids no event has.
//
// Users and items stay. What all users say together counts the events until it is derived again.
//
// @mode write
// @param ids LIST<STRING>   each once
// @returns retracted INTEGER, unknown LIST<STRING>
// @plan DirectedRelationshipUniqueIndexSeek(Locking)
CYPHER 25
UNWIND $ids AS id
OPTIONAL MATCH ()-[event:INTERACTED {id: id}]->()
  USING INDEX SEEK event:INTERACTED(id)
LET isKnown = event IS NOT NULL
DELETE event
RETURN count(CASE WHEN isKnown THEN 1 END) AS retracted,
  collect(CASE WHEN NOT isKnown THEN id END) AS unknown
