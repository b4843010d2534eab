// Merge events by their id: writing one again changes nothing.
//
// A row's moment is `epochMillis` and `zone`, the local zone of the event: a name of the tz database
// or an offset. Its hour and weekday (1 is Monday) are stored because queries compare them; of a date
// without a clock, `dateOnly`, the moment is the local midnight and the hour is null. Users
// and items that are new are made on the way. The id of an event that has none of its own is user,
// item, kind and epoch milliseconds joined by U+001F, so that any client makes the same one. An id
// stands in one row only. Sorted by id, the rows of several writers lock in one order: none waits
// in a circle.
//
// A row whose kind weighs less than 0, or that says itself that it is `declined`, is no event: it
// becomes a DECLINED. An id belongs to one of either.
//
// Looking an id up and then creating what is new takes half the time of MERGE, which looks twice.
// `conflicts` are ids that belong to another event: another user, item or moment. `changed` are
// those of events that a row tells otherwise: kind, value, place or zone, or declined or not.
// `load.replace_events` writes what such rows say.
//
// @mode write
// @param rows LIST<MAP>   {id, user, item, epochMillis, zone, dateOnly, kind, value, latitude, longitude,
//     cell, declined}
// @returns created INTEGER, changed LIST<STRING>, conflicts LIST<STRING>
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
LET at = datetime({epochMillis: row.epochMillis, timezone: row.zone})
LET hour = CASE WHEN row.dateOnly THEN null ELSE at.hour END
LET location = point({longitude: row.longitude, latitude: row.latitude})
LET declines = coalesce(row.declined, false) OR coalesce(row.kind IN declining, false)
LET fate = CASE
  WHEN known IS NULL THEN 'new'
  WHEN teller.id <> row.user OR subject.id <> row.item OR known.at.epochMillis <> row.epochMillis THEN 'conflict'
  WHEN known.at = at AND known.kind = row.kind  // moments are equal in the same zone only
    AND declines = (type(known) = 'DECLINED')
    AND coalesce(known.value = row.value, known.value IS NULL AND row.value IS NULL)
    AND (declines OR coalesce(known.hour = hour, known.hour IS NULL AND hour IS NULL)
      AND coalesce(known.location = location, known.location IS NULL AND location IS NULL)
      AND coalesce(known.cell = row.cell, known.cell IS NULL AND row.cell IS NULL)) THEN 'known'
  ELSE 'changed'
END
CALL (row, fate, at, hour, location, declines) {
  WITH row, at, hour, location, declines WHERE fate = 'new'
  MERGE (user:User {id: row.user})
  MERGE (item:Item {id: row.item})
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
  RETURN count(*) AS made
}
RETURN sum(made) AS created,
  collect(CASE fate WHEN 'changed' THEN row.id END) AS changed,
  collect(CASE fate WHEN 'conflict' THEN row.id END) AS conflicts
