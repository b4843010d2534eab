// Read the limit of the privacy budget, and what it was spent for.
//
// The limit is null where none was set.
//
// @mode read
// @returns limitEpsilon FLOAT, limitDelta FLOAT, releases LIST<MAP>
CYPHER 25
OPTIONAL MATCH (budget:Derivation {name: 'publishing'})
CALL () {
  OPTIONAL MATCH (release:DataRelease) WHERE NOT 'aside' IN coalesce(release.theirs, [])
  WITH release ORDER BY release.at, release.id
  RETURN collect(release {.id, .what, .at, .epsilon, .delta, .parameters}) AS releases
}
RETURN budget.limitEpsilon AS limitEpsilon, budget.limitDelta AS limitDelta, releases
