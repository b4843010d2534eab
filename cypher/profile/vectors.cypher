// Fold a user's taste and the meaning of their latest places into vectors.
//
// As `recommend.discover` does: taste is the sum of the tastes of the latest 200 items, each times
// e^(-days / 90) and its rarity (idf), meaning that of the text vectors of the latest 20; both are
// brought to length 1, and null where nothing is known. Events at or after `$at` do not count.
//
// @mode read
// @param user STRING                       the user's id
// @param at   ZONED DATETIME = datetime()  the moment; it may come in any zone
// @returns taste LIST<FLOAT>, meaning LIST<FLOAT>, profile STRING, embedding LIST<FLOAT>
// @plan NodeUniqueIndexSeek
CYPHER 25
LET until = coalesce($at, datetime()).epochMillis
MATCH (user:User {id: $user})
CALL (user, until) {
  MATCH (user)-[e:INTERACTED]->(item) WHERE e.at.epochMillis < until
  WITH item, max(e.at.epochMillis) AS last ORDER BY last DESC, item
  WITH collect(item) AS own, collect(last) AS lasts
  RETURN own, [l IN lasts | exp((l - lasts[0]) / 7776000000.0)] AS recent
}
CALL (own, recent) {
  WITH [k IN range(0, size(own) - 1)[..200] WHERE own[k].taste IS NOT NULL | k] AS ks, own, recent
  WITH [k IN ks | own[k].taste] AS vs, [k IN ks | recent[k] * own[k].idf] AS ws
  LET folded = [d IN range(0, coalesce(size(vs[0]), 0) - 1) |
    reduce(s = 0.0, k IN range(0, size(ws) - 1) | s + ws[k] * vs[k][d])]
  RETURN folded, sqrt(reduce(s = 0.0, x IN folded | s + x * x)) AS length
}
LET taste = CASE WHEN length > 1e-12 THEN [x IN folded | x / length] END
CALL (own, recent) {
  UNWIND range(0, size(own) - 1)[..20] AS k
  WITH recent[k] AS w, own[k].embedding AS v WHERE any(x IN v WHERE x <> 0.0)
  WITH collect(w) AS ws, collect(v) AS vs
  LET same = [k IN range(0, size(vs) - 1) WHERE size(vs[k]) = size(vs[0])]
  LET folded = [d IN range(0, coalesce(size(vs[0]), 0) - 1) |
    reduce(s = 0.0, k IN same | s + ws[k] * vs[k][d])]
  RETURN folded AS sum, sqrt(reduce(s = 0.0, x IN folded | s + x * x)) AS size
}
RETURN taste, CASE WHEN size > 1e-12 THEN [x IN sum | x / size] END AS meaning,
  user.profile AS profile, user.embedding AS embedding
