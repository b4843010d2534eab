// Merge one event the way that tutorials do: everything by MERGE, one transaction each.
//
// @mode write
// @param row MAP   a row of load.merge_events
CYPHER 25
MERGE (user:User {id: $row.user})
MERGE (item:Item {id: $row.item})
MERGE (user)-[event:INTERACTED {id: $row.id}]->(item)
SET event.at = datetime({epochMillis: $row.epochMillis, timezone: $row.zone}),
  event.hour = datetime({epochMillis: $row.epochMillis, timezone: $row.zone}).hour,
  event.weekday = datetime({epochMillis: $row.epochMillis, timezone: $row.zone}).dayOfWeek,
  event.kind = $row.kind, event.cell = $row.cell,
  event.location = point({longitude: $row.longitude, latitude: $row.latitude})
