// Set the limit of the privacy budget; what was spent stays spent.
//
// @mode write
// @param epsilon FLOAT   that may be spent in all
// @param delta   FLOAT   that may be spent in all
CYPHER 25
MERGE (budget:Derivation {name: 'publishing'})
SET budget.limitEpsilon = toFloat($epsilon), budget.limitDelta = toFloat($delta)
