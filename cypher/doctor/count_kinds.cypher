// Count events by their kinds, and tell what the graph says that each is worth.
//
// The weight of a kind that it says nothing of is null, and so is the name of no kind at all.
//
// @mode read
// @returns kind STRING, events INTEGER, weight FLOAT
CYPHER 25
MATCH ()-[e:INTERACTED]->()
WITH e.kind AS name, count(*) AS events
OPTIONAL MATCH (kind:EventKind {name: name})
RETURN name AS kind, events, kind.weight AS weight ORDER BY events DESC, kind
