// List the communities that were written, the largest first, with what describes them.
//
// Nothing is told of one of fewer than `$minUsers` people.
//
// @mode read
// @public
// @param minUsers INTEGER = 5   the smallest community that is told
// @returns id STRING, size INTEGER, interests LIST<STRING>, hours LIST<INTEGER>, cells LIST<STRING>,
//     places LIST<STRING>, asOf ZONED DATETIME
// @node community Community
CYPHER 25
OPTIONAL MATCH (derivation:Derivation {name: 'communities'})
LET asOf = derivation.asOf
MATCH (community:Community)
WHERE community.id STARTS WITH 'community:' AND community.size >= toInteger(coalesce($minUsers, 5))
RETURN community.id AS id, community.size AS size, community.interests AS interests,
  community.hours AS hours, community.cells AS cells, community.places AS places, asOf
ORDER BY size DESC, id
