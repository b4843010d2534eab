// Read what every item is about.
//
// @mode read
// @returns item STRING, interest STRING, weight FLOAT
CYPHER 25
MATCH (item:Item)-[about:ABOUT]->(interest:Interest)
RETURN item.id AS item, interest.id AS interest, coalesce(about.weight, 1.0) AS weight
ORDER BY item, interest
