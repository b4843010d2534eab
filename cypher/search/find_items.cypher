// Find items by meaning and words, for a user, near a place, at certain hours.
//
// `$vector` is searched in the index of texts and `$words` in that of words. Where `$interest` or
// `$within` leave few items, all of these are compared (`exact`); where they leave many, the index
// is filtered by their cells, and should it give fewer than `$k` all of them are compared after
// all: no filter starves a search. Vectors of another length than `$vector` are not seen.
//
// The score is a sum of `terms`: meaning, 8 times the cosine; words, what the index of words gives
// beside its best; interest, .3 times the log of how much more often than others the user turned to
// the item's category (an item counts as their largest event there does); distance, -.5 log(1 + km)
// from `$here`; hour, .5 times the log of how much more often than evenly 100 events there fell on
// `$hours` and `$weekdays`. A term that cannot be computed is 0. Events count by their kind, those
// at or after `$at` do not.
//
// @mode read
// @public
// @param vector   LIST<FLOAT> = null           of the graph's text encoder
// @param words    STRING = null                a Lucene query
// @param user     STRING = null                for whom; null: for anyone
// @param here     POINT = null                 where the user is
// @param within   FLOAT = null                 metres around `$here`; null: anywhere
// @param interest STRING = null                the id of an interest; narrower ones count
// @param active   BOOLEAN = true               false finds inactive items too
// @param hours    LIST<INTEGER> = null         local hours of the day, 0 to 23
// @param weekdays LIST<INTEGER> = null         1 is Monday, 7 is Sunday
// @param at       ZONED DATETIME = datetime()  the moment; it may come in any zone
// @param k        INTEGER = 20                 how many
// @returns id STRING, name STRING, category STRING, location POINT, score FLOAT, terms MAP,
//     because LIST<MAP>, exact BOOLEAN
// @node item Item
// @plan NodeVectorIndexSearch, NodeUniqueIndexSeek
CYPHER 25
LET until = coalesce($at, datetime()).epochMillis, k = toInteger(coalesce($k, 20))
LET vector = $vector, here = $here, within = $within, interest = $interest
LET anything = NOT coalesce($active, true)
LET near = here IS NOT NULL AND within IS NOT NULL

// What the filters leave, up to a number that is quickly compared.
CALL (here, within, interest, near) {
  WHEN near THEN {
    MATCH (item:Item) WHERE point.distance(item.location, here) <= within
      AND (interest IS NULL
        OR EXISTS { (item)-[:ABOUT]->(:Interest)-[:BROADER*0..8]->(:Interest {id: interest}) })
    WITH item LIMIT 1001
    RETURN collect(item) AS few
  }
  WHEN interest IS NOT NULL THEN {
    OPTIONAL MATCH (:Interest {id: interest})<-[:BROADER*0..8]-(:Interest)<-[:ABOUT]-(item:Item)
    WITH DISTINCT item LIMIT 1001
    RETURN collect(item) AS few
  }
  ELSE { RETURN null AS few }
}
LET exact = coalesce(size(few) <= 1000, false)

// Candidates by the indexes, unless all are compared.
CALL (vector, exact, near, here, within) {
  WITH here, within WHERE near AND NOT exact
  MATCH (item:Item) WHERE point.distance(item.location, here) <= within
  RETURN collect(DISTINCT item.cell) AS cells
}
CALL (vector, exact, near, cells, anything) {
  CALL (vector, exact, near, cells, anything) {
    LET v = CASE WHEN NOT exact AND NOT near AND NOT anything THEN vector END
    MATCH (item:Item)
      SEARCH item IN (VECTOR INDEX item_embedding FOR v WHERE item.active = true LIMIT 200)
    RETURN item
    UNION
    LET v = CASE WHEN NOT exact AND NOT near THEN vector END
    MATCH (item:Item) SEARCH item IN (VECTOR INDEX item_embedding FOR v LIMIT 200)
    RETURN item
    UNION
    LET v = CASE WHEN NOT exact AND near THEN vector END
    MATCH (item:Item)
      SEARCH item IN (VECTOR INDEX item_embedding FOR v WHERE item.cell IN cells LIMIT 200)
    RETURN item
  }
  RETURN collect(item) AS nearest
}
CALL () {
  WITH $words AS words WHERE words <> ''
  CALL db.index.fulltext.queryNodes('item_words', words, {limit: 100}) YIELD node, score
  RETURN collect(node) AS spoken, collect(score) AS loudness
}
CALL (nearest, spoken, near, here, within, interest, anything) {
  UNWIND coll.distinct(nearest + spoken) AS item
  WITH item WHERE (anything OR coalesce(item.active, true))
    AND (NOT near OR point.distance(item.location, here) <= within)
    AND (interest IS NULL
      OR EXISTS { (item)-[:ABOUT]->(:Interest)-[:BROADER*0..8]->(:Interest {id: interest}) })
  RETURN collect(item) AS found
}
LET starved = few IS NOT NULL AND size(found) < k
CALL (few, found, exact, starved, near, here, within, interest) {
  WHEN exact THEN { RETURN few AS items }
  WHEN starved AND near THEN {
    MATCH (item:Item) WHERE point.distance(item.location, here) <= within
      AND (interest IS NULL
        OR EXISTS { (item)-[:ABOUT]->(:Interest)-[:BROADER*0..8]->(:Interest {id: interest}) })
    RETURN collect(item) AS items
  }
  WHEN starved THEN {
    MATCH (:Interest {id: interest})<-[:BROADER*0..8]-(:Interest)<-[:ABOUT]-(item:Item)
    RETURN collect(DISTINCT item) AS items
  }
  ELSE { RETURN found AS items }
}

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

// The user's own turns to categories: items, and what the largest events there count.
CALL (until, kinds) {
  OPTIONAL MATCH (:User {id: $user})-[e:INTERACTED]->(item) WHERE e.at.epochMillis < until
  WITH item, max(kinds.weights[coll.indexOf(kinds.names, coalesce(e.kind, ''))]) AS w
  OPTIONAL MATCH (item)-[:ABOUT]->(c:Interest {scheme: 'category'})
  WITH c, count(item) AS n, sum(CASE WHEN item IS NOT NULL THEN w END) AS w
  RETURN collect(c) AS categories, collect(CASE WHEN c IS NOT NULL THEN n END) AS counts,
    collect(CASE WHEN c IS NOT NULL THEN w END) AS turns, sum(w) AS visited
}
LET loudest = coll.max(loudness)

// Scores by what is quickly told; the hour is asked of the best of them alone.
CALL (items, vector, spoken, loudness, loudest, here, categories, counts, turns, visited, anything) {
  UNWIND items AS item
  WITH item WHERE anything OR coalesce(item.active, true)
  CALL (item) {
    OPTIONAL MATCH (item)-[:ABOUT]->(category:Interest {scheme: 'category'})
    RETURN category ORDER BY category.id LIMIT 1
  }
  LET embedding = item.embedding
  LET cosine = CASE WHEN size(embedding) = size(vector) AND any(x IN embedding WHERE x <> 0.0)
    THEN 2 * vector.similarity.cosine(embedding, vector) - 1 END
  LET heard = CASE WHEN item IN spoken THEN loudness[coll.indexOf(spoken, item)] / loudest ELSE 0.0 END
  LET place = CASE WHEN category IN categories THEN coll.indexOf(categories, category) END
  LET liked = coalesce(counts[place], 0), turned = coalesce(turns[place], 0.0)
  LET km = point.distance(here, item.location) / 1000
  LET meaning = coalesce(8 * cosine, 0.0), distance = coalesce(-.5 * log(1 + km), 0.0)
  LET leaning = CASE WHEN visited > 0 AND category.share > 0
    THEN .3 * log((turned + 5 * category.share) / (visited + 5) / category.share) ELSE 0.0 END
  LET score = meaning + heard + leaning + distance
  WITH coll.sort(collect([-score, item.id, {score: score, item: item, category: category,
    meaning: meaning, words: heard, interest: leaning, distance: distance, cosine: cosine, km: km,
    liked: liked}])) AS ranked
  UNWIND [rank IN ranked[..200] | rank[2]] AS best
  RETURN best
}
CALL (best, until, kinds) {
  WITH best, until WHERE $hours IS NOT NULL OR $weekdays IS NOT NULL
  WITH best.item AS item, until, kinds
  MATCH (item)<-[e:INTERACTED]-()
  WHERE e.at.epochMillis < until AND ($hours IS NULL OR e.hour IS NOT NULL)  // dates have no hour
  WITH e, kinds LIMIT 100
  LET w = kinds.weights[coll.indexOf(kinds.names, coalesce(e.kind, ''))]
  LET fits = coalesce(e.hour IN $hours, true) AND coalesce(e.weekday IN $weekdays, true)
  LET even = coalesce(size($hours) / 24.0, 1.0) * coalesce(size($weekdays) / 7.0, 1.0)
  WITH sum(w) AS n, sum(CASE WHEN fits THEN w ELSE 0.0 END) AS fit,
    count(CASE WHEN fits THEN 1 END) AS fitting, max(even) AS even
  RETURN coalesce(.5 * log((fit + 2 * even) / ((n + 2) * even)), 0.0) AS hour, fitting
}
LET item = best.item, category = best.category
WITH best.score + hour AS score, best, item, category, hour, fitting, exact OR starved AS exact
ORDER BY score DESC, item.id LIMIT toInteger(coalesce($k, 20))
RETURN item.id AS id, item.name AS name, category.name AS category, item.location AS location, score,
  {meaning: best.meaning, words: best.words, interest: best.interest, distance: best.distance,
    hour: hour} AS terms,
  [reason IN [
    CASE WHEN best.cosine IS NOT NULL THEN {reason: 'meaning', cosine: best.cosine} END,
    CASE WHEN best.words > 0 THEN {reason: 'words'} END,
    CASE WHEN best.liked > 0 THEN {reason: 'interest', id: category.id, name: category.name,
      count: best.liked} END,
    CASE WHEN best.km IS NOT NULL THEN {reason: 'here', km: best.km} END,
    CASE WHEN fitting > 0 THEN {reason: 'atTheseHours', count: fitting} END
  ] WHERE reason IS NOT NULL] AS because, exact
ORDER BY score DESC, id
