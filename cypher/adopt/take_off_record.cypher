// Delete what was noted of an adoption: its last trace.
//
// @mode write
CYPHER 25
MATCH (adoption:ChronotopeAdoption)
DELETE adoption
