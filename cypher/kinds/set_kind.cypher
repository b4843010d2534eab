// Say what an event of a kind is worth; what is left out stays, of a new kind it is 1, true and true.
//
// Recommendations weigh by it at once, what all users say together with the next derivation. Events
// that the graph has of a kind that declines from now on are moved by `kinds.move_declined`.
//
// @mode write
// @param name     STRING           the `kind` of events
// @param weight   FLOAT = null     what one counts, beside other kinds; below 0 it declines the item
// @param goal     BOOLEAN = null   whether recommendations are made for it
// @param consumes BOOLEAN = null   whether the item is then had, and no discovery any more
// @returns name STRING, weight FLOAT, goal BOOLEAN, consumes BOOLEAN
CYPHER 25
LET texts = [['name', $name]]
// region texts
LET faults = [t IN texts | CASE
  WHEN NOT t[1] IS :: STRING NOT NULL THEN t[0] + ' has to be a STRING, it is ' + valueType(t[1])
  WHEN t[1] = '' THEN t[0] + ' is empty'
  WHEN size(t[1]) > 512 THEN t[0] + ' is longer than 512 signs'
  WHEN t[1] =~ '(?s).*\\p{Cc}.*' THEN t[0] + ' holds control characters'
END]
// endregion
LET fault = CASE
  WHEN any(f IN faults WHERE f IS NOT NULL) THEN [f IN faults WHERE f IS NOT NULL][0]
  WHEN NOT ($weight IS NULL OR $weight IS :: INTEGER | FLOAT) THEN 'weight has to be a FLOAT, it is ' + valueType($weight)
  WHEN NOT abs(toFloat($weight)) <= 1e9 THEN 'weight is not a number from -1e9 to 1e9'
  WHEN NOT ($goal IS NULL OR $goal IS :: BOOLEAN) THEN 'goal has to be a BOOLEAN, it is ' + valueType($goal)
  WHEN NOT ($consumes IS NULL OR $consumes IS :: BOOLEAN) THEN 'consumes has to be a BOOLEAN, it is ' + valueType($consumes)
END
// Cypher cannot raise an error; a text that is no date does, and shows it.
FILTER CASE WHEN fault IS NULL THEN true ELSE date(fault) IS NULL END
MERGE (kind:EventKind {name: $name})
SET kind.weight = coalesce(toFloat($weight), kind.weight, 1.0),
  kind.goal = coalesce($goal, kind.goal, true),
  kind.consumes = coalesce($consumes, kind.consumes, true)
RETURN kind.name AS name, kind.weight AS weight, kind.goal AS goal, kind.consumes AS consumes
