// Give a sign of life of a derivation; raise an error when another one has taken its place.
//
// @mode write
// @param owner STRING   who derives
CYPHER 25
MATCH (derivation:Derivation {name: 'statistics'})
SET derivation.name = 'statistics'  // locks the node: what is written with this has no rival
WITH derivation, CASE
    WHEN derivation.owner = $owner THEN null
    ELSE 'another derivation took the place of this one, which gave no sign of life; it goes on with all'
  END AS fault
// Cypher cannot raise an error; a text that is no date does, and shows it.
FILTER CASE WHEN fault IS NULL THEN true ELSE date(fault) IS NULL END
SET derivation.heartbeatAt = datetime.realtime()
