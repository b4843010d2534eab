// Record that a user declined an item or an interest: a dislike, a hide, "not interested", a return.
//
// A declined item never comes back until a later event of the user there; a declined interest filters
// its items, and those of narrower ones. Declining again changes nothing. The user may be new. The id
// of what has none of its own is user, item or interest, kind and epoch milliseconds joined by
// U+001F: what a file says under that id is the same.
//
// The fate is 'declined'; 'known' when the graph says so already; 'changed' when it is told otherwise
// than before (kind, value or zone, or as an event); 'conflict' when the id belongs to another user,
// item or moment, which stays; 'unknown item' or 'unknown interest', and then nothing is written.
//
// @mode write
// @public
// @param user     STRING                        the user's id
// @param item     STRING = null                 the item's id; null: an interest is declined
// @param interest STRING = null                 its id, or its path of categories, or its keyword
// @param at       ZONED DATETIME = datetime()   the moment, in the zone where it happened
// @param kind     STRING = 'dislike'            what was done: 'hide', 'not interested', 'return', any word
// @param value    FLOAT = null                  a number that comes with it: a rating
// @param id       STRING = null                 its own id, if it has one
// @returns fate STRING, id STRING
// @plan DirectedRelationshipUniqueIndexSeek(Locking), NodeUniqueIndexSeek(Locking)
CYPHER 25
LET told = coalesce($at, datetime()), name = coalesce($interest, '')
LET texts = [['user', $user], ['item', coalesce($item, 'none')], ['kind', coalesce($kind, 'dislike')],
  ['id', coalesce($id, 'none')]]
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
  WHEN NOT ($interest IS NULL OR $interest IS :: STRING) THEN 'interest has to be a STRING, it is ' + valueType($interest)
  WHEN ($item IS NULL) = ($interest IS NULL) THEN 'an item or an interest is declined: give one of them'
  WHEN NOT ($at IS NULL OR $at IS :: ZONED DATETIME) THEN 'at has to be a ZONED DATETIME, it is ' + valueType($at)
  WHEN NOT -2208988800000 <= told.epochMillis <= datetime().epochMillis + 31622400000 THEN 'at is not between 1900 and a year from now'
  WHEN NOT ($value IS NULL OR $value IS :: INTEGER | FLOAT) THEN 'value has to be a FLOAT, it is ' + valueType($value)
  WHEN NOT abs(toFloat($value)) <= 1.7976931348623157e308 THEN 'value is not a finite number'
END
// Cypher cannot raise an error; a text that is no date does, and shows it.
FILTER CASE WHEN fault IS NULL THEN true ELSE date(fault) IS NULL END
// region moment
// To the millisecond, as its id has it; before 1970 by the offset, for zones differ there.
LET at = datetime({epochMillis: told.epochMillis,
  timezone: CASE WHEN told.epochMillis < 0 THEN told.offset ELSE told.timezone END})
// endregion
OPTIONAL MATCH (item:Item {id: $item})
CALL (name) {
  UNWIND [name, 'category:' + name, 'keyword:' + toLower(name)] AS key
  MATCH (interest:Interest {id: key})
  RETURN collect(interest)[0] AS interest
}
LET target = coalesce(item, interest), kind = coalesce($kind, 'dislike')
LET row = {id: coalesce($id, $user + '\u001F' + target.id + '\u001F' + kind + '\u001F' + at.epochMillis)}
// region known
OPTIONAL MATCH (teller)-[known:INTERACTED|DECLINED {id: row.id}]->(subject)
  USING INDEX SEEK known:INTERACTED(id)  // else scanned at times, while data changes
  USING INDEX SEEK known:DECLINED(id)
// endregion
LET fate = CASE
  WHEN target IS NULL THEN CASE WHEN $item IS NULL THEN 'unknown interest' ELSE 'unknown item' END
  WHEN known IS NULL THEN 'declined'
  WHEN teller.id <> $user OR subject <> target OR known.at.epochMillis <> at.epochMillis THEN 'conflict'
  WHEN known.at = at AND known.kind = kind AND type(known) = 'DECLINED'
    AND coalesce(known.value = $value, known.value IS NULL AND $value IS NULL) THEN 'known'
  ELSE 'changed'
END
CALL (row, fate, at, kind, known, target) {
  WITH row, at, kind, known, target WHERE fate IN ['declined', 'changed']
  DELETE known
  MERGE (user:User {id: $user})
  CREATE (user)-[:DECLINED {id: row.id, at: at, kind: kind, value: toFloat($value)}]->(target)
}
RETURN fate, row.id AS id
