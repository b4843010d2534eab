// List the procedures of chronotope's plugin that the server has, and that this user may call.
//
// @mode read
// @returns name STRING
CYPHER 25
SHOW PROCEDURES EXECUTABLE YIELD name
WHERE name STARTS WITH 'chronotope.'
RETURN name
