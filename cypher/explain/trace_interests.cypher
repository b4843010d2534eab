// Trace what an item is about, from narrow to broad, with the user's own items on each step.
//
// `chain` holds an `id`, a `name`, `items` and `examples` for each interest: how many of the user's
// own items are about it or about what is narrower, and the names of up to three of them. Events at or
// after `$at` do not count.
//
// @mode read
// @public
// @param user STRING = null                the user's id
// @param item STRING                       the item's id
// @param at   ZONED DATETIME = datetime()  the moment; it may come in any zone
// @returns scheme STRING, chain LIST<MAP>
// @plan NodeUniqueIndexSeek
CYPHER 25
LET until = coalesce($at, datetime()).epochMillis
MATCH (item:Item {id: $item})
OPTIONAL MATCH (user:User {id: $user})
CALL (user, item, until) {
  MATCH (user)-[e:INTERACTED]->(own) WHERE e.at.epochMillis < until AND own <> item
  WITH DISTINCT own
  MATCH (own)-[:ABOUT]->(:Interest)-[:BROADER*0..8]->(interest:Interest)
  WITH DISTINCT interest, own ORDER BY own.name, own.id
  WITH interest, collect(coalesce(own.name, own.id)) AS names
  RETURN collect(interest) AS interests, collect(names) AS owned
}
MATCH path = (item)-[:ABOUT]->(first:Interest)-[:BROADER*0..8]->(top:Interest)
WHERE NOT EXISTS { (top)-[:BROADER]->() }
LET chain = nodes(path)[1..]
LET steps = [i IN chain | CASE WHEN i IN interests THEN owned[coll.indexOf(interests, i)] ELSE [] END]
RETURN first.scheme AS scheme, [k IN range(0, size(chain) - 1) | {id: chain[k].id, name: chain[k].name,
  items: size(steps[k]), examples: steps[k][..3]}] AS chain
ORDER BY scheme, first.id, top.id
