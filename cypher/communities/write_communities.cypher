// Write communities with what describes them.
//
// @mode write
// @param rows LIST<MAP>   {id, size, interests, hours, cells, places}; lists of ids, the clearest first
CYPHER 25
UNWIND $rows AS row
MERGE (community:Community {id: row.id})
SET community.size = row.size, community.interests = row.interests, community.hours = row.hours,
  community.cells = row.cells, community.places = row.places
