// Merge events by their id: writing one again changes nothing.
//
// A row's moment is `epochMillis` and `zone`, the local zone of the event: a name of the tz database
// or an offset. Its hour and weekday (1 is Monday) are stored because queries compare them. Users
// and items that are new are made on the way. The id of an event that has none of its own is user,
// item, kind and epoch milliseconds joined by U+001F, so that any client makes the same one.
//
// @mode write
// @param rows LIST<MAP>   {id, user, item, epochMillis, zone, kind, value, location, cell}
// @plan DirectedRelationshipUniqueIndexSeek(Locking)
CYPHER 25
UNWIND $rows AS row
MERGE (user:User {id: row.user})
MERGE (item:Item {id: row.item})
MERGE (user)-[event:INTERACTED {id: row.id}]->(item)
ON CREATE SET event.at = datetime({epochMillis: row.epochMillis, timezone: row.zone}),
  event.hour = datetime({epochMillis: row.epochMillis, timezone: row.zone}).hour,
  event.weekday = datetime({epochMillis: row.epochMillis, timezone: row.zone}).dayOfWeek,
  event.kind = row.kind, event.value = row.value, event.location = row.location,
  event.cell = row.cell
