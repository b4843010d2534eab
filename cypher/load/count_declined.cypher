// Count what users declined.
//
// @mode read
// @returns declined INTEGER
CYPHER 25
MATCH ()-[declined:DECLINED]->()
RETURN count(declined) AS declined
