// Spend some of the privacy budget, unless that went beyond its limit; tell what is spent then, and the limit.
//
// The second of two who spend at once sees what the first spent. What was spent already under an id is not spent again.
// A limit that was not set is `$limitEpsilon` and `$limitDelta`. Sums are rounded to 12 digits.
//
// @mode write
// @param id           STRING          of what is published
// @param what         STRING          what it is
// @param epsilon      FLOAT           what it costs
// @param delta        FLOAT = 0.0     what it costs
// @param parameters   STRING          what was asked for, as JSON
// @param limitEpsilon FLOAT           the limit, where none was set
// @param limitDelta   FLOAT           the limit, where none was set
// @returns granted BOOLEAN, epsilon FLOAT, delta FLOAT, limitEpsilon FLOAT, limitDelta FLOAT
CYPHER 25
MERGE (budget:Derivation {name: 'publishing'})
SET budget.name = 'publishing'  // locks the node: the second of two sees what the first wrote
SET budget.limitEpsilon = coalesce(budget.limitEpsilon, $limitEpsilon),
  budget.limitDelta = coalesce(budget.limitDelta, $limitDelta)
WITH budget
CALL () {
  OPTIONAL MATCH (other:DataRelease) WHERE other.id <> $id AND NOT 'aside' IN coalesce(other.theirs, [])
  RETURN sum(coalesce(other.epsilon, 0.0)) AS epsilon, sum(coalesce(other.delta, 0.0)) AS delta
}
LET cost = coalesce($delta, 0.0)
LET granted = round(epsilon + $epsilon, 12) <= budget.limitEpsilon AND round(delta + cost, 12) <= budget.limitDelta
CALL (granted, cost) {
  WITH cost WHERE granted
  MERGE (release:DataRelease {id: $id})
  SET release.what = $what, release.at = datetime.realtime(), release.parameters = $parameters,
    release.epsilon = toFloat($epsilon), release.delta = cost
}
RETURN granted, CASE WHEN granted THEN round(epsilon + $epsilon, 12) ELSE round(epsilon, 12) END AS epsilon,
  CASE WHEN granted THEN round(delta + cost, 12) ELSE round(delta, 12) END AS delta,
  budget.limitEpsilon AS limitEpsilon, budget.limitDelta AS limitDelta
