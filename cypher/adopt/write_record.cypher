// Note how somebody's graph is adopted, before anything else is written, so that it can be undone.
//
// @mode write
// @param users      STRING         where users are put: in place or beside
// @param items      STRING         the same of items
// @param pseudonyms BOOLEAN        whether ids of users and events are replaced
// @param schema     LIST<STRING>   the names of the indexes and constraints that are there
// @param renamed    LIST<STRING>   those of ours that get another name, as ours=other; other may be empty, or INDEX and a name
// @param labels     LIST<STRING>   labels of ours that nodes have already
// @param migrated   BOOLEAN        whether our schema is there already
CYPHER 25
MERGE (adoption:ChronotopeAdoption {name: 'graph'})
SET adoption.users = $users, adoption.items = $items, adoption.pseudonyms = $pseudonyms,
  adoption.schema = $schema, adoption.renamed = $renamed, adoption.labels = $labels, adoption.migrated = $migrated,
  adoption.at = datetime.realtime()
