// Read how many events there were when the weights of each task were learned, or could not be.
//
// @mode read
// @returns task STRING, events INTEGER
CYPHER 25
MATCH (derivation:Derivation) WHERE derivation.name STARTS WITH 'model of '
RETURN substring(derivation.name, 9) AS task, derivation.events AS events ORDER BY task
