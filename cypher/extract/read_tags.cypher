// Read the keywords that people gave to items themselves, the frequent ones first.
//
// @mode read
// @returns id STRING, name STRING, items INTEGER
CYPHER 25
MATCH (tag:Interest {scheme: 'keyword'})<-[:ABOUT {weight: 1.0}]-(item:Item)
WHERE coalesce(tag.source <> 'text', true)
RETURN tag.id AS id, tag.name AS name, count(item) AS items ORDER BY items DESC, id
