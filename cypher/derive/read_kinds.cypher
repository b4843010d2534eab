// Read the kinds of events: what one of each counts, and what it says of the item.
//
// A kind that has no node, or no weight, is that of any event: weight 1, a goal, consumes.
//
// @mode read
// @returns name STRING, weight FLOAT, goal BOOLEAN, consumes BOOLEAN
CYPHER 25
MATCH (kind:EventKind) WHERE kind.weight IS NOT NULL
RETURN kind.name AS name, toFloat(kind.weight) AS weight, coalesce(kind.goal, true) AS goal,
  coalesce(kind.consumes, true) AS consumes ORDER BY name
