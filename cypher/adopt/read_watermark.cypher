// Read up to where the events of a text were taken up.
//
// @mode read
// @param name STRING   a hash of the text
// @returns since ANY
CYPHER 25
MATCH (adoption:ChronotopeAdoption {name: $name})
RETURN adoption.since AS since
