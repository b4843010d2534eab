// Note that our schema is complete in somebody's graph: what moves our data has some from now on.
//
// @mode write
CYPHER 25
MATCH (adoption:ChronotopeAdoption {name: 'graph'})
SET adoption.complete = true
