// Merge events by their id: writing one again changes nothing.
//
// A row's moment is `epochMillis` and `zone`, the local zone of the event: a name of the tz database
// or an offset. Its hour and weekday (1 is Monday) are stored because queries compare them. Users
// and items that are new are made on the way. The id of an event that has none of its own is user,
// item, kind and epoch milliseconds joined by U+001F, so that any client makes the same one. An id
// stands in one row only. Sorted by id, the rows of several writers lock in one order: none waits
// in a circle.
//
// Looking an id up and then creating what is new takes half the time of MERGE, which looks twice.
// `conflicts` are ids that belong to another event: another user, item or moment.
//
// @mode write
// @param rows LIST<MAP>   {id, user, item, epochMillis, zone, kind, value, latitude, longitude, cell}
// @returns created INTEGER, conflicts LIST<STRING>
// @plan DirectedRelationshipUniqueIndexSeek(Locking)
CYPHER 25
UNWIND $rows AS row
OPTIONAL MATCH (user)-[known:INTERACTED {id: row.id}]->(item)
  USING INDEX SEEK known:INTERACTED(id)  // else scanned at times, while data changes
LET fate = CASE
  WHEN known IS NULL THEN 'new'
  WHEN user.id = row.user AND item.id = row.item AND known.at.epochMillis = row.epochMillis THEN 'known'
  ELSE 'conflict'
END
CALL (row, fate) {
  WITH row WHERE fate = 'new'
  MERGE (user:User {id: row.user})
  MERGE (item:Item {id: row.item})
  LET at = datetime({epochMillis: row.epochMillis, timezone: row.zone})
  CREATE (user)-[:INTERACTED {
    id: row.id, at: at, hour: at.hour, weekday: at.dayOfWeek, kind: row.kind, value: row.value,
    location: point({longitude: row.longitude, latitude: row.latitude}), cell: row.cell
  }]->(item)
  RETURN count(*) AS made
}
RETURN sum(made) AS created, collect(CASE fate WHEN 'conflict' THEN row.id END) AS conflicts
