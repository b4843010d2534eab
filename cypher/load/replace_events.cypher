// Replace events by what rows say under the same ids, also of other users, items or moments.
//
// Rows are those of `load.merge_events`; what was declined may become an event, and the reverse.
// Users and items stay, also where no event is left to them.
//
// @mode write
// @param rows LIST<MAP>   {id, user, item, epochMillis, zone, dateOnly, kind, value, latitude, longitude,
//     cell, declined}
// @returns replaced INTEGER
// @plan DirectedRelationshipUniqueIndexSeek(Locking)
CYPHER 25
// region declining
CALL () {
  MATCH (kind:EventKind) WHERE kind.weight < 0
  RETURN collect(kind.name) AS declining
}
// endregion
UNWIND $rows AS row
// region known
OPTIONAL MATCH (teller)-[known:INTERACTED|DECLINED {id: row.id}]->(subject)
  USING INDEX SEEK known:INTERACTED(id)  // else scanned at times, while data changes
  USING INDEX SEEK known:DECLINED(id)
// endregion
DELETE known
MERGE (user:User {id: row.user})
MERGE (item:Item {id: row.item})
LET at = datetime({epochMillis: row.epochMillis, timezone: row.zone})
LET hour = CASE WHEN row.dateOnly THEN null ELSE at.hour END
LET location = point({longitude: row.longitude, latitude: row.latitude})
LET declines = coalesce(row.declined, false) OR coalesce(row.kind IN declining, false)
// region event
CALL (user, item, row, at, hour, location, declines) {
  WHEN declines THEN {
    CREATE (user)-[:DECLINED {id: row.id, at: at, kind: row.kind, value: row.value}]->(item)
  }
  ELSE {
    CREATE (user)-[:INTERACTED {
      id: row.id, at: at, hour: hour, weekday: at.dayOfWeek, kind: row.kind, value: row.value,
      location: location, cell: row.cell
    }]->(item)
  }
}
// endregion
RETURN count(*) AS replaced
