// Count the events, what was declined, and the pairs of users and items that were shown.
//
// @mode read
// @returns events INTEGER, declined INTEGER, shown INTEGER
CYPHER 25
CALL () { MATCH ()-[:INTERACTED]->() RETURN count(*) AS events }
CALL () { MATCH ()-[:DECLINED]->() RETURN count(*) AS declined }
CALL () { MATCH ()-[:SHOWN]->() RETURN count(*) AS shown }
RETURN events, declined, shown
