// Record how many events there were when the weights of a task were learned, or could not be.
//
// @mode write
// @param task   STRING
// @param events INTEGER
CYPHER 25
MERGE (derivation:Derivation {name: 'model of ' + $task})
SET derivation.events = $events, derivation.finishedAt = datetime.realtime()
