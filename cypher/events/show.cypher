// Record what was shown to a user: an item that is shown again and again without an answer sinks.
//
// Of each item the latest 20 moments are kept, each once: saying it again changes nothing. The user
// may be new. Items that the graph does not have are told and passed over.
//
// @mode write
// @public
// @param user  STRING                        the user's id
// @param items LIST<STRING>                  the ids of the items
// @param at    ZONED DATETIME = datetime()   the moment
// @param model STRING = null                 the fusion model that chose them, as an answer names it
// @returns shown INTEGER, known INTEGER, unknown LIST<STRING>
// @plan NodeUniqueIndexSeek(Locking)
CYPHER 25
LET told = coalesce($at, datetime())
LET items = CASE WHEN $items IS :: LIST<ANY> THEN $items ELSE [$items] END
LET texts = [['user', $user], ['model', coalesce($model, 'none')]] + [item IN items | ['an item', item]]
// region texts
LET faults = [t IN texts | CASE
  WHEN NOT t[1] IS :: STRING NOT NULL THEN t[0] + ' has to be a STRING, it is ' + valueType(t[1])
  WHEN t[1] = '' THEN t[0] + ' is empty'
  WHEN size(t[1]) > 512 THEN t[0] + ' is longer than 512 signs'
  WHEN t[1] =~ '(?s).*\\p{Cc}.*' THEN t[0] + ' holds control characters'
END]
// endregion
LET fault = CASE
  WHEN NOT coalesce($items IS :: LIST<ANY> NOT NULL, false) THEN 'items has to be a LIST of STRING, it is ' + valueType($items)
  WHEN any(f IN faults WHERE f IS NOT NULL) THEN [f IN faults WHERE f IS NOT NULL][0]
  WHEN NOT ($at IS NULL OR $at IS :: ZONED DATETIME) THEN 'at has to be a ZONED DATETIME, it is ' + valueType($at)
  WHEN NOT -2208988800000 <= told.epochMillis <= datetime().epochMillis + 31622400000 THEN 'at is not between 1900 and a year from now'
END
// Cypher cannot raise an error; a text that is no date does, and shows it.
FILTER CASE WHEN fault IS NULL THEN true ELSE date(fault) IS NULL END
// region moment
// To the millisecond, as its id has it; before 1970 by the offset, for zones differ there.
LET at = datetime({epochMillis: told.epochMillis,
  timezone: CASE WHEN told.epochMillis < 0 THEN told.offset ELSE told.timezone END})
// endregion
UNWIND CASE items WHEN [] THEN [null] ELSE coll.sort(coll.distinct(items)) END AS name
OPTIONAL MATCH (item:Item {id: name})
CALL (item, at) {
  WITH item, at WHERE item IS NOT NULL
  MERGE (user:User {id: $user})
  MERGE (user)-[shown:SHOWN]->(item)
  // Writing locks it: of two writers the second reads what the first wrote.
  SET shown.lock = true
  REMOVE shown.lock
  LET times = coalesce(shown.times, []), models = coalesce(shown.models, [])
  LET earlier = size([t IN times WHERE t.epochMillis < at.epochMillis])
  WITH shown, times, models, earlier, at WHERE NOT any(t IN times WHERE t.epochMillis = at.epochMillis)
  SET shown.times = (times[..earlier] + [at] + times[earlier..])[-20..],
    shown.models = (models[..earlier] + [coalesce($model, '')] + models[earlier..])[-20..]
  RETURN count(*) AS added
}
RETURN sum(added) AS shown, count(item) - sum(added) AS known,
  collect(CASE WHEN item IS NULL THEN name END) AS unknown
