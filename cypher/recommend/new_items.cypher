// Recommend items that nobody has been at yet: what is new, for a user.
//
// New is what had no event when the statistics were derived, or was recorded later. Nothing is known
// of such an item but its place, its category and its text: candidates are those found by their
// number of users, near `$here` and the user's places, and by text like that of the user's latest
// ones. Each gets the features named below, the fusion model of the graph turns them into z = (x -
// mean) / scale, and the score is bias + linear·z: `base` plus all `terms` exactly.
//
// Goods, which have no location, are told apart by category and text alone: these have features of
// their own there, so that what distance leaves to text on places says nothing of goods.
//
// A feature that cannot be computed (no location, no embedding, no history) is null and counts as
// its mean: z = 0. Events at or after `$at` do not count; the statistics across users stand as of
// `asOf`.
//
// @mode read
// @param user    STRING                       the user's id; for an unknown one `$here` alone counts
// @param at      ZONED DATETIME = datetime()  the moment; it may come in any zone
// @param here    POINT = null                 where the user is; else their most visited place counts
// @param only    STRING = null                'places' with a location, 'goods' without; null: both
// @param k       INTEGER = 20                 how many
// @param explain BOOLEAN = true               false leaves `terms` and `because` null
// @param model   STRING = null                a fusion model by its name; null: the one in use
// @returns id STRING, name STRING, category STRING, location POINT, score FLOAT, base FLOAT,
//     features LIST<FLOAT>, terms MAP, because LIST<MAP>, asOf ZONED DATETIME
// @features home T+, near03 T+, near1 T+, near3 T+, density T, busy1 T, busy3 T, categoryRate T+,
//     category G+, broaderCategory G+, goodsCategory G+, meaning L+, alike L+, goodsMeaning L+
// @plan NodeUniqueIndexSeek, NodeIndexSeekByRange, NodeVectorIndexSearch
CYPHER 25
LET until = coalesce($at, datetime()).epochMillis, here = $here
OPTIONAL MATCH (user:User {id: $user})
OPTIONAL MATCH (derivation:Derivation {name: 'statistics'})
CALL () {
  MATCH (model:FusionModel)
  WHERE CASE WHEN $model IS NULL THEN model.serves = 'new_items' ELSE model.name = $model END
  RETURN model.mean AS mean, model.scale AS scale, model.linear AS linear, model.bias AS bias
}

// Own places, latest first, and how often the user turned to each category.
CALL (user, until) {
  MATCH (user)-[e:INTERACTED]->(item) WHERE e.at.epochMillis < until
  WITH item, count(*) AS visits, max(e.at.epochMillis) AS last ORDER BY last DESC, item
  WITH collect(item) AS own, collect(log(1.0 + visits)) AS strength, collect(last) AS lasts
  RETURN own, strength, [last IN lasts | exp((last - lasts[0]) / 7776000000.0)] AS recent
}
CALL (own, strength) {
  UNWIND range(0, size(own) - 1) AS k
  WITH own[k] AS h, strength[k] AS w WHERE h.location IS NOT NULL
  WITH h, w ORDER BY w DESC, h.id LIMIT 30
  RETURN collect(h.location) AS anchors, collect(h.id) AS anchorIds,
    collect(coalesce(h.name, h.id)) AS anchorNames, collect(w) AS ws, sum(w) AS total
}
LET home = coalesce(here, anchors[0])
CALL (own) {
  UNWIND own AS h
  MATCH (h)-[:ABOUT]->(c:Interest {scheme: 'category'})
  WITH c, count(*) AS n
  RETURN collect(c) AS narrow, collect(n) AS narrowCounts
}
CALL (narrow, narrowCounts) {
  UNWIND range(0, size(narrow) - 1) AS k
  WITH narrow[k] AS c, narrowCounts[k] AS n
  OPTIONAL MATCH (c)-[:BROADER]->(b:Interest)
  WITH coalesce(b, c) AS b, sum(n) AS n
  RETURN collect(b) AS broad, collect(n) AS broadCounts
}
CALL (own, recent) {
  UNWIND range(0, size(own) - 1)[..20] AS k
  WITH k, recent[k] AS w, own[k].embedding AS e WHERE any(x IN e WHERE x <> 0.0)
  WITH collect(k) AS ks, collect(w) AS ws, collect(e) AS es
  LET same = [k IN range(0, size(es) - 1) WHERE size(es[k]) = size(es[0])]
  LET folded = [d IN range(0, coalesce(size(es[0]), 0) - 1) |
    reduce(s = 0.0, k IN same | s + ws[k] * es[k][d])]
  RETURN CASE WHEN any(x IN folded WHERE abs(x) > 1e-12) THEN folded END AS profile,
    [k IN same | es[k]] AS texts, [k IN same | ks[k]] AS textOf
}

CALL (anchors, here, profile, own) {
  CALL (anchors, here, profile) {
    MATCH (item:Item) WHERE item.users = 0
    RETURN item LIMIT 1000
    UNION
    UNWIND anchors[..5] + [p IN [here] WHERE p IS NOT NULL] AS p
    MATCH (item:Item) WHERE point.distance(item.location, p) < 1500
    RETURN item
    UNION
    MATCH (item:Item) SEARCH item IN (VECTOR INDEX item_embedding FOR profile LIMIT 300)
    RETURN item
  }
  WITH item WHERE coalesce(item.users, 0) = 0 AND coalesce(item.active, true) AND NOT item IN own
    AND coalesce((item.location IS NOT NULL) = ($only = 'places'), true)
  RETURN collect(item) AS items
}

CALL (items, mean, scale, linear, bias, anchors, ws, total, home, own, narrow, narrowCounts, broad,
    broadCounts, profile, texts) {
  UNWIND items AS item
  CALL (item) {
    OPTIONAL MATCH (item)-[:ABOUT]->(found:Interest {scheme: 'category'})
    WITH found ORDER BY found.id LIMIT 1
    OPTIONAL MATCH (found)-[:BROADER]->(above:Interest)
    RETURN found AS kind, coalesce(above, found) AS kindAbove LIMIT 1
  }
  LET location = item.location, last = size(anchors) - 1, n = size(own)
  LET kms = [p IN anchors | point.distance(p, location) / 1000]
  LET embedding = item.embedding
  LET comparable = size(embedding) = size(profile) AND any(v IN embedding WHERE v <> 0.0)
  LET liked = CASE WHEN kind IN narrow THEN narrowCounts[coll.indexOf(narrow, kind)] ELSE 0 END
  LET likedAbove = CASE WHEN kindAbove IN broad
    THEN broadCounts[coll.indexOf(broad, kindAbove)] ELSE 0 END
  LET affinity = CASE WHEN n > 0 AND kind.share > 0
    THEN log((liked + 5 * kind.share) / (n + 5) / kind.share) END
  LET cosine = CASE WHEN comparable THEN 2 * vector.similarity.cosine(embedding, profile) - 1 END
  LET x = [
    -log(point.distance(home, location) / 1000 + .1),
    CASE WHEN last >= 0 THEN log(1e-3 +
      reduce(s = 0.0, k IN range(0, last) | s + ws[k] / total * exp(-kms[k] / .3))) END,
    CASE WHEN last >= 0 THEN log(1e-3 +
      reduce(s = 0.0, k IN range(0, last) | s + ws[k] / total * exp(-kms[k]))) END,
    CASE WHEN last >= 0 THEN log(1e-3 +
      reduce(s = 0.0, k IN range(0, last) | s + ws[k] / total * exp(-kms[k] / 3))) END,
    log(1.0 + item.density),
    CASE WHEN item.gravity1 > 0 THEN log(item.gravity1) END,
    CASE WHEN item.gravity3 > 0 THEN log(item.gravity3) END,
    CASE WHEN kind.items > 0 THEN log(.05 + kind.firstVisits60 / kind.items) END,
    CASE WHEN location IS NOT NULL THEN affinity END,
    CASE WHEN location IS NOT NULL AND n > 0 AND kindAbove.broadShare > 0
      THEN log((likedAbove + 5 * kindAbove.broadShare) / (n + 5) / kindAbove.broadShare) END,
    CASE WHEN location IS NULL THEN affinity END,
    CASE WHEN location IS NOT NULL THEN cosine END,
    CASE WHEN location IS NOT NULL AND comparable
      THEN coll.max([t IN texts | 2 * vector.similarity.cosine(embedding, t) - 1]) END,
    CASE WHEN location IS NULL THEN cosine END
  ]
  LET z = [k IN range(0, 13) | coalesce((x[k] - mean[k]) / scale[k], 0.0)]
  LET score = reduce(s = bias, k IN range(0, 13) | s + z[k] * linear[k])
  RETURN collect([score, item, x, z, kind]) AS scored
}

// The best of them, and why.
LET explain = coalesce($explain, true)
LET ranks = coll.sort([c IN range(0, size(scored) - 1) | [-scored[c][0], scored[c][1].id, c]])
UNWIND range(0, size(ranks) - 1)[..toInteger(coalesce($k, 20))] AS rank
LET found = scored[ranks[rank][2]]
LET item = found[1], kind = found[4], t = [f IN range(0, 13) | found[3][f] * linear[f]]
LET terms = CASE WHEN explain THEN {
  home: t[0], near03: t[1], near1: t[2], near3: t[3], density: t[4], busy1: t[5], busy3: t[6],
  categoryRate: t[7], category: t[8], broaderCategory: t[9], goodsCategory: t[10], meaning: t[11],
  alike: t[12], goodsMeaning: t[13]
} END
CALL (explain, item, kind, here, own, anchors, anchorIds, anchorNames, narrow, narrowCounts, texts,
    textOf) {
  WHEN explain THEN {
    LET nearest = coll.min([k IN range(0, size(anchors) - 1) |
      [point.distance(anchors[k], item.location) / 1000, k]])
    LET embedding = item.embedding
    LET alike = CASE WHEN size(embedding) = size(texts[0]) AND any(v IN embedding WHERE v <> 0.0)
      THEN coll.max([k IN range(0, size(texts) - 1) |
        [2 * vector.similarity.cosine(texts[k], embedding) - 1, textOf[k]]]) END
    RETURN [reason IN [
      CASE WHEN nearest[0] IS NOT NULL THEN {reason: 'near', id: anchorIds[nearest[1]],
        name: anchorNames[nearest[1]], km: nearest[0]} END,
      CASE WHEN here IS NOT NULL AND item.location IS NOT NULL THEN {reason: 'here',
        km: point.distance(here, item.location) / 1000} END,
      CASE WHEN kind IN narrow THEN {reason: 'interest', id: kind.id, name: kind.name,
        count: narrowCounts[coll.indexOf(narrow, kind)]} END,
      CASE WHEN alike IS NOT NULL THEN {reason: 'meaning', id: own[alike[1]].id,
        name: own[alike[1]].name, cosine: alike[0]} END
    ] WHERE reason IS NOT NULL] AS because
  }
  ELSE { RETURN null AS because }
}
RETURN item.id AS id, item.name AS name, kind.name AS category, item.location AS location,
  reduce(s = bias, term IN t | s + term) AS score, bias AS base, found[2] AS features, terms, because,
  derivation.asOf AS asOf
ORDER BY score DESC, id
