// Fold a user's taste and the meaning of their latest places into vectors.
//
// As `recommend.discover` does: taste is the sum of the tastes of the latest 200 items, each times
// what the largest event there counts by its kind, e^(-days / 90) and its rarity (idf), meaning
// that of the text vectors of the latest 20; both are brought to length 1, and null where nothing
// is known. Events at or after `$at` do not count.
//
// @mode read
// @public
// @param user STRING                       the user's id
// @param at   ZONED DATETIME = datetime()  the moment; it may come in any zone
// @returns taste LIST<FLOAT>, meaning LIST<FLOAT>, profile STRING, embedding LIST<FLOAT>
// @plan NodeUniqueIndexSeek
CYPHER 25
LET until = coalesce($at, datetime()).epochMillis
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
MATCH (user:User {id: $user})
CALL (user, until, kinds) {
  MATCH (user)-[e:INTERACTED]->(item) WHERE e.at.epochMillis < until
  LET w = kinds.weights[coll.indexOf(kinds.names, coalesce(e.kind, ''))]
  WITH item, w, e.at.epochMillis AS t WHERE w > 0
  WITH item, max(w) AS w, max(t) AS last ORDER BY last DESC, item
  WITH collect(item) AS items, collect(w) AS ws, collect(last) AS lasts
  RETURN {items: items, recent: [k IN range(0, size(items) - 1) |
    ws[k] * exp((lasts[k] - lasts[0]) / 7776000000.0)]} AS history
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
// region meaning
// The meaning of the user's latest items: the mean of their texts, and each of them.
CALL (history) {
  LET own = history.items, recent = history.recent
  UNWIND range(0, size(own) - 1)[..20] AS k
  WITH own[k] AS item, recent[k] AS w, own[k].embedding AS e WHERE any(x IN e WHERE x <> 0.0)
  WITH collect(item) AS items, collect(w) AS ws, collect(e) AS es
  LET same = [k IN range(0, size(es) - 1) WHERE size(es[k]) = size(es[0])]
  LET folded = [d IN range(0, coalesce(size(es[0]), 0) - 1) |
    reduce(s = 0.0, k IN same | s + ws[k] * es[k][d])]
  RETURN CASE WHEN any(x IN folded WHERE abs(x) > 1e-12) THEN folded END AS meaning,
    {items: [k IN same | items[k]], vectors: [k IN same | es[k]]} AS texts
}
// endregion
LET tasteLength = sqrt(reduce(s = 0.0, x IN taste | s + x * x)),
  meaningLength = sqrt(reduce(s = 0.0, x IN meaning | s + x * x))
RETURN [x IN taste | x / tasteLength] AS taste, [x IN meaning | x / meaningLength] AS meaning,
  user.profile AS profile, user.embedding AS embedding
