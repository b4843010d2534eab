// Move events of kinds that decline to where they belong: an INTERACTED becomes a DECLINED.
//
// At most so many at a time; ask again until none was moved.
//
// @mode write
// @param limit INTEGER   how many
// @returns moved INTEGER
CYPHER 25
// region declining
CALL () {
  MATCH (kind:EventKind) WHERE kind.weight < 0
  RETURN collect(kind.name) AS declining
}
// endregion
MATCH (user:User)-[event:INTERACTED]->(item:Item) WHERE event.kind IN declining
WITH user, event, item LIMIT toInteger($limit)
CREATE (user)-[:DECLINED {id: event.id, at: event.at, kind: event.kind, value: event.value}]->(item)
DELETE event
RETURN count(*) AS moved
