// Note that all nodes and relationships of ours were taken off: what is left is the owner's.
//
// @mode write
CYPHER 25
MATCH (adoption:ChronotopeAdoption {name: 'graph'})
SET adoption.cleared = true
