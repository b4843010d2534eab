// Replace events by what rows say under the same ids, also of other users, items or moments.
//
// Rows are those of `load.merge_events`. Users and items stay, also where no event is left to them.
//
// @mode write
// @param rows LIST<MAP>   {id, user, item, epochMillis, zone, dateOnly, kind, value, latitude, longitude,
//     cell}
// @returns replaced INTEGER
// @plan DirectedRelationshipUniqueIndexSeek(Locking)
CYPHER 25
UNWIND $rows AS row
OPTIONAL MATCH ()-[known:INTERACTED {id: row.id}]->()
  USING INDEX SEEK known:INTERACTED(id)
DELETE known
MERGE (user:User {id: row.user})
MERGE (item:Item {id: row.item})
LET at = datetime({epochMillis: row.epochMillis, timezone: row.zone})
LET hour = CASE WHEN row.dateOnly THEN null ELSE at.hour END
LET location = point({longitude: row.longitude, latitude: row.latitude})
// region event
CREATE (user)-[:INTERACTED {
  id: row.id, at: at, hour: hour, weekday: at.dayOfWeek, kind: row.kind, value: row.value,
  location: location, cell: row.cell
}]->(item)
// endregion
RETURN count(*) AS replaced
