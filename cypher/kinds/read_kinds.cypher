// Read the kinds of events that the graph knows: what each is worth.
//
// @mode read
// @returns name STRING, weight FLOAT, goal BOOLEAN, consumes BOOLEAN
CYPHER 25
MATCH (kind:EventKind)
RETURN kind.name AS name, kind.weight AS weight, kind.goal AS goal, kind.consumes AS consumes
ORDER BY name
