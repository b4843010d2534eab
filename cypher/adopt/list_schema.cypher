// List the indexes, those of constraints among them, with what they are of.
//
// @mode read
// @returns name STRING, type STRING, labels LIST<STRING>, properties LIST<STRING>, constraint STRING
CYPHER 25
SHOW INDEXES YIELD name, type, labelsOrTypes, properties, owningConstraint
WHERE type <> 'LOOKUP'
RETURN name, type, labelsOrTypes AS labels, properties, owningConstraint AS constraint ORDER BY name
