// Delete keywords that were extracted once and that no text speaks of any more.
//
// @mode write
// @returns deleted INTEGER
CYPHER 25
MATCH (keyword:Interest {scheme: 'keyword', source: 'text'})
WHERE NOT EXISTS { (keyword)<-[:ABOUT]-() }
DETACH DELETE keyword
RETURN count(*) AS deleted
