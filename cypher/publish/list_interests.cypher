// List the interests of a scheme that items are about, whether anybody turned to them or not.
//
// @mode read
// @param scheme STRING = 'category'  whose interests
// @returns id STRING, name STRING
CYPHER 25
MATCH (interest:Interest {scheme: coalesce($scheme, 'category')})
WHERE EXISTS { (interest)<-[:ABOUT]-(:Item) }
RETURN interest.id AS id, coalesce(interest.name, interest.id) AS name ORDER BY id
