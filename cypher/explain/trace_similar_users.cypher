// Tell how many of the users nearest in taste were at an item, and what they share with the user.
//
// As `recommend.discover` finds them: the 100 nearest to the user's folded taste. `similarity` is the sum
// of their cosines. `shared` are the user's own items at which most of them were, each with so many
// `users`; nobody is named. Events at or after `$at` do not count.
//
// @mode read
// @public
// @param user STRING = null                the user's id; null: nothing is found
// @param item STRING                       the item's id
// @param at   ZONED DATETIME = datetime()  the moment; it may come in any zone
// @param k    INTEGER = 5                  how many shared items
// @returns users INTEGER, similarity FLOAT, shared LIST<MAP>
// @plan NodeUniqueIndexSeek, NodeVectorIndexSearch
CYPHER 25
LET until = coalesce($at, datetime()).epochMillis
MATCH (user:User {id: $user}), (item:Item {id: $item})
// region kinds
// What an event counts by its kind: its weight beside the largest that `derive` saw; the last is that of all
// other kinds.
CALL () {
  OPTIONAL MATCH (derivation:Derivation {name: 'statistics'})
  LET largest = coalesce(derivation.largestWeight, 1.0)
  OPTIONAL MATCH (kind:EventKind)
  WITH largest, collect(kind) AS kinds
  RETURN {names: [k IN kinds | k.name],
    weights: [k IN kinds | CASE WHEN k.weight > 0 THEN k.weight / largest ELSE 0.0 END] + [1.0 / largest],
    consumes: [k IN kinds | coalesce(k.consumes, true)] + [true]} AS kinds
}
// endregion
CALL (user, until, kinds) {
  MATCH (user)-[e:INTERACTED]->(own) WHERE e.at.epochMillis < until
  LET w = kinds.weights[coll.indexOf(kinds.names, coalesce(e.kind, ''))]
  FILTER w > 0
  WITH own, max(w) AS strength, max(e.at.epochSeconds) AS last ORDER BY last DESC, own
  WITH collect(own) AS items, collect(strength) AS strengths, collect(last) AS lasts
  RETURN {items: items, recent: [k IN range(0, size(items) - 1) |
    strengths[k] * exp((lasts[k] - lasts[0]) / 7776000.0)]} AS history
}
// region taste
// The user's taste, folded from own items as they are now.
CALL (history) {
  OPTIONAL MATCH (derivation:Derivation {name: 'statistics'})
  LET own = history.items, recent = history.recent, everybody = toFloat(derivation.users)
  WITH [k IN range(0, size(own) - 1)[..100] WHERE own[k].taste IS NOT NULL | k] AS ks, own, recent, everybody
  // How rare an item is; an earlier version had it derived.
  WITH [k IN ks | own[k].taste] AS tastes, [k IN ks | recent[k] * coalesce(
    log(1 + everybody / nullIf(coalesce(own[k]['userWeight'], own[k].users), 0)), own[k]['idf'], 0.0)] AS ws
  // Of another length are those that a derivation, at work now, has not come to yet.
  LET alike = [k IN range(0, size(tastes) - 1) WHERE size(tastes[k]) = size(tastes[0])]
  LET folded = [d IN range(0, coalesce(size(tastes[0]), 0) - 1) |
    reduce(s = 0.0, k IN alike | s + ws[k] * tastes[k][d])]
  RETURN CASE WHEN any(x IN folded WHERE abs(x) > 1e-12) THEN folded END AS taste
}
// endregion
CALL (user, item, until, taste) {
  MATCH (v:User) SEARCH v IN (VECTOR INDEX user_taste FOR taste LIMIT 101) SCORE AS s
  WITH v, 2 * s - 1 AS cosine WHERE cosine > 0 AND v <> user
    AND EXISTS { MATCH (v)-[e:INTERACTED]->(item) WHERE e.at.epochMillis < until }
  RETURN collect(v) AS users, sum(cosine) AS similarity
}
CALL (users, item, history, until) {
  UNWIND users AS v
  MATCH (v)-[e:INTERACTED]->(own)
  WHERE e.at.epochMillis < until AND own <> item AND own IN history.items
  WITH own, count(DISTINCT v) AS n ORDER BY n DESC, own.id LIMIT toInteger(coalesce($k, 5))
  RETURN collect({id: own.id, name: own.name, users: n}) AS shared
}
RETURN size(users) AS users, similarity, shared
