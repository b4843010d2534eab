// Retract events, and what was declined: delete them by their ids, and tell which ids there are not.
//
// Users and items stay. What all users say together counts the events until it is derived again.
//
// @mode write
// @public
// @param ids LIST<STRING>   each once
// @returns retracted INTEGER, unknown LIST<STRING>
// @plan DirectedRelationshipUniqueIndexSeek(Locking)
CYPHER 25
UNWIND $ids AS id
OPTIONAL MATCH ()-[known:INTERACTED|DECLINED {id: id}]->()
  USING INDEX SEEK known:INTERACTED(id)
  USING INDEX SEEK known:DECLINED(id)
LET isKnown = known IS NOT NULL
DELETE known
RETURN count(CASE WHEN isKnown THEN 1 END) AS retracted,
  collect(CASE WHEN NOT isKnown THEN id END) AS unknown
