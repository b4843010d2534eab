// Record from which texts keywords were extracted, and how.
//
// @mode write
// @param texts      STRING   a hash of the texts, of their categories and of the tags
// @param parameters STRING   how they were extracted, as JSON
CYPHER 25
MERGE (derivation:Derivation {name: 'keywords'})
SET derivation.texts = $texts, derivation.parameters = $parameters,
  derivation.finishedAt = datetime.realtime()
