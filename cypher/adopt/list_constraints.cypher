// List the constraints by name, those without an index among them.
//
// @mode read
// @returns name STRING, type STRING, labels LIST<STRING>, properties LIST<STRING>
CYPHER 25
SHOW CONSTRAINTS YIELD name, type, labelsOrTypes, properties
RETURN name, type, labelsOrTypes AS labels, properties ORDER BY name
