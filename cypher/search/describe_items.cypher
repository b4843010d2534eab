// Describe items that a search found, for a text that quotes them, and tell what a user has or declined.
//
// `had` tells whether the user has the item: an event of theirs there, of a kind that consumes. `declined`
// tells whether they declined it, and did nothing there since, or an interest that it is about, or a broader
// one. Events at or after `$at` do not count. Rows come in the order of `$items`; an id that no item has
// gives none.
//
// @mode read
// @param items LIST<STRING>                 ids of items
// @param user  STRING = null                the user's id; null: nobody has or declined anything
// @param at    ZONED DATETIME = datetime()  the moment; it may come in any zone
// @returns id STRING, description STRING, had BOOLEAN, declined BOOLEAN
// @plan NodeUniqueIndexSeek
CYPHER 25
LET until = coalesce($at, datetime()).epochMillis
OPTIONAL MATCH (user:User {id: $user})
UNWIND range(0, size($items) - 1) AS place
MATCH (item:Item {id: $items[place]})
RETURN item.id AS id, item.description AS description,
  EXISTS {
    MATCH (user)-[e:INTERACTED]->(item)
    WHERE e.at.epochMillis < until AND NOT EXISTS { (:EventKind {name: e.kind, consumes: false}) }
  } AS had,
  EXISTS {
    MATCH (user)-[d:DECLINED]->(item)
    WHERE d.at.epochMillis < until
      AND NOT EXISTS { (user)-[e:INTERACTED]->(item) WHERE d.at.epochMillis < e.at.epochMillis < until }
  } OR EXISTS {
    MATCH (item)-[:ABOUT]->(:Interest)-[:BROADER*0..8]->(:Interest)<-[d:DECLINED]-(user)
    WHERE d.at.epochMillis < until
  } AS declined
ORDER BY place
