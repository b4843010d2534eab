// Count the relationships of each type.
//
// Every relationship is read: what a damaged store has lost is missing here.
//
// @mode read
// @returns type STRING, relationships INTEGER
CYPHER 25
MATCH ()-[link]->()
RETURN type(link) AS type, count(*) AS relationships ORDER BY type
