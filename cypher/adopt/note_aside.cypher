// Note that nodes of our labels which no mapping says to be anything were set aside once.
//
// @mode write
CYPHER 25
MATCH (adoption:ChronotopeAdoption {name: 'graph'})
SET adoption.aside = true
