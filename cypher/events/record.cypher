// Record an event: who did what, when and where. It counts in the very next answer.
//
// Recording it again changes nothing. The user may be new. An unknown item is told and nothing is
// written, unless `create` is true: a typo makes no item. The id of an event that has none of its own
// is user, item, kind and epoch milliseconds joined by U+001F, as the loader has it; hour and weekday
// are those of the zone that the moment comes in. Of a place by coordinates the cell is left null,
// for Cypher knows no H3: `chronotope derive` fills it. A named place is a cell of its own.
//
// The fate is 'recorded'; 'declined' for a kind that weighs less than 0, which is kept as a DECLINED;
// 'known' when the graph says so already; 'changed' when the event is told otherwise than before
// (kind, value, place or zone); 'conflict' when the id belongs to another user, item or moment, which
// stays; or 'unknown item'. One from before the moment up to which events were dropped (`forget`) is refused.
//
// @mode write
// @public
// @param user     STRING                        the user's id
// @param item     STRING                        the item's id
// @param at       ZONED DATETIME = datetime()   the moment, in the zone where it happened
// @param kind     STRING = 'visit'              what was done: 'view', 'purchase', 'dislike', any word
// @param value    FLOAT = null                  a number that comes with it: a price, a rating
// @param location POINT = null                  where it happened: longitude and latitude
// @param place    STRING = null                 the name of the place, where there are no coordinates
// @param id       STRING = null                 the event's own id, if it has one
// @param create   BOOLEAN = false               true makes an item that is unknown
// @returns fate STRING, id STRING
// @plan DirectedRelationshipUniqueIndexSeek(Locking), NodeUniqueIndexSeek(Locking)
CYPHER 25
LET told = coalesce($at, datetime()), where = coalesce($location, point({longitude: 0.0, latitude: 0.0}))
OPTIONAL MATCH (retention:Derivation {name: 'retention'})
LET texts = [['user', $user], ['item', $item], ['kind', coalesce($kind, 'visit')],
  ['place', coalesce($place, 'none')], ['id', coalesce($id, 'none')]]
// region texts
LET faults = [t IN texts | CASE
  WHEN NOT t[1] IS :: STRING NOT NULL THEN t[0] + ' has to be a STRING, it is ' + valueType(t[1])
  WHEN t[1] = '' THEN t[0] + ' is empty'
  WHEN size(t[1]) > 512 THEN t[0] + ' is longer than 512 signs'
  WHEN t[1] =~ '(?s).*\\p{Cc}.*' THEN t[0] + ' holds control characters'
END]
// endregion
LET fault = CASE
  WHEN any(f IN faults WHERE f IS NOT NULL) THEN [f IN faults WHERE f IS NOT NULL][0]
  WHEN NOT ($at IS NULL OR $at IS :: ZONED DATETIME) THEN 'at has to be a ZONED DATETIME, it is ' + valueType($at)
  WHEN NOT -2208988800000 <= told.epochMillis <= datetime().epochMillis + 31622400000 THEN 'at is not between 1900 and a year from now'
  WHEN told.epochMillis < retention.asOf.epochMillis THEN 'at is before the moment from which on events are kept'
  WHEN NOT ($value IS NULL OR $value IS :: INTEGER | FLOAT) THEN 'value has to be a FLOAT, it is ' + valueType($value)
  WHEN NOT abs(toFloat($value)) <= 1.7976931348623157e308 THEN 'value is not a finite number'
  WHEN NOT ($location IS NULL OR $location IS :: POINT) THEN 'location has to be a POINT, it is ' + valueType($location)
  WHEN NOT toStringOrNull($location) CONTAINS "crs: 'wgs-84'" THEN 'location has to be a POINT of longitude and latitude'
  WHEN NOT ($create IS NULL OR $create IS :: BOOLEAN) THEN 'create has to be a BOOLEAN, it is ' + valueType($create)
END
// Cypher cannot raise an error; a text that is no date does, and shows it.
FILTER CASE WHEN fault IS NULL THEN true ELSE date(fault) IS NULL END
// region moment
// To the millisecond, as its id has it; before 1970 by the offset, for zones differ there.
LET at = datetime({epochMillis: told.epochMillis,
  timezone: CASE WHEN told.epochMillis < 0 THEN told.offset ELSE told.timezone END})
// endregion
LET kind = coalesce($kind, 'visit'), hour = at.hour
// Coordinates 0/0, where no one lives, say nothing, as null does.
LET location = CASE WHEN where.x <> 0 OR where.y <> 0 THEN where END
LET place = CASE WHEN location IS NULL THEN $place END
LET row = {id: coalesce($id, $user + '\u001F' + $item + '\u001F' + kind + '\u001F' + at.epochMillis),
  kind: kind, value: toFloat($value), cell: 'place:' + place}
// region declining
CALL () {
  MATCH (kind:EventKind) WHERE kind.weight < 0
  RETURN collect(kind.name) AS declining
}
// endregion
LET declines = kind IN declining
OPTIONAL MATCH (target:Item {id: $item})
// region known
OPTIONAL MATCH (teller)-[known:INTERACTED|DECLINED {id: row.id}]->(subject)
  USING INDEX SEEK known:INTERACTED(id)  // else scanned at times, while data changes
  USING INDEX SEEK known:DECLINED(id)
// endregion
LET fate = CASE
  WHEN target IS NULL AND NOT coalesce($create, false) THEN 'unknown item'
  WHEN known IS NULL AND declines THEN 'declined'
  WHEN known IS NULL THEN 'recorded'
  WHEN teller.id <> $user OR subject.id <> $item OR known.at.epochMillis <> at.epochMillis THEN 'conflict'
  WHEN known.at = at AND known.kind = kind AND declines = (type(known) = 'DECLINED')
    AND coalesce(known.value = row.value, known.value IS NULL AND row.value IS NULL)
    AND (declines OR known.hour = hour
      AND coalesce(known.location = location, known.location IS NULL AND location IS NULL)
      AND (location IS NOT NULL OR coalesce(known.cell = row.cell, known.cell IS NULL AND row.cell IS NULL)))
    THEN 'known'
  ELSE 'changed'
END
CALL (row, fate, at, hour, location, place, known, declines) {
  WITH row, at, hour, location, place, known, declines WHERE fate IN ['recorded', 'declined', 'changed']
  DELETE known
  MERGE (user:User {id: $user})
  MERGE (item:Item {id: $item})
  CALL (place, row) {
    WITH place, row WHERE place IS NOT NULL
    MERGE (cell:Cell {id: row.cell})
    SET cell:Place, cell.name = place
  }
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
}
RETURN fate, row.id AS id
