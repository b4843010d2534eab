// Deactivate items: they are not found or recommended any more; their events stay and count.
//
// `items.upsert` with `active: true` brings one back. Ids that no item has are told.
//
// @mode write
// @public
// @param items LIST<STRING>   their ids
// @returns deactivated INTEGER, unknown LIST<STRING>
// @plan NodeUniqueIndexSeek(Locking)
CYPHER 25
LET ids = CASE WHEN $items IS :: LIST<ANY> THEN $items ELSE [$items] END
UNWIND CASE ids WHEN [] THEN [null] ELSE coll.sort(coll.distinct(ids)) END AS id
OPTIONAL MATCH (item:Item {id: id})
LET wasActive = coalesce(item.active, true)
SET item.active = false
RETURN count(CASE WHEN wasActive THEN item END) AS deactivated,
  collect(CASE WHEN item IS NULL THEN id END) AS unknown
