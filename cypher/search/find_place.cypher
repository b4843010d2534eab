// Find the place that is meant by a name: an item with a location, or a named place.
//
// The best by the words of its name; among equals the most visited.
//
// @mode read
// @public
// @param words STRING   a Lucene query
// @param name  STRING   the name as it was written
// @returns id STRING, name STRING, location POINT
// @node item Item
CYPHER 25
LET wanted = toLower($name)
CALL db.index.fulltext.queryNodes('item_words', $words, {limit: 50}) YIELD node, score
WITH node AS item, score, toLower(node.name) AS called, wanted
WHERE item.location IS NOT NULL AND called IS NOT NULL
  AND (called CONTAINS wanted OR wanted CONTAINS called)
RETURN item.id AS id, item.name AS name, item.location AS location
ORDER BY called = wanted DESC, abs(size(called) - size(wanted)), coalesce(item.users, 0) DESC, id
LIMIT 1
