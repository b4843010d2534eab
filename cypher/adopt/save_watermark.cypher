// Note up to where the events of a text were taken up.
//
// @mode write
// @param name  STRING   a hash of the text
// @param since ANY      the value of its column
CYPHER 25
MERGE (adoption:ChronotopeAdoption {name: $name})
SET adoption.since = $since, adoption.at = datetime.realtime()
