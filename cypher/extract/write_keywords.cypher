// Merge keywords that were extracted from texts, each below the category it goes with.
//
// A tag that people gave keeps its name; it gets the broader category too.
//
// @mode write
// @param rows LIST<MAP>   {id, name, broader, variants}; broader is an id or null
CYPHER 25
UNWIND $rows AS row
MERGE (keyword:Interest {id: row.id})
ON CREATE SET keyword.name = row.name, keyword.scheme = 'keyword', keyword.source = 'text'
SET keyword.variants = row.variants
WITH keyword, row
CALL (keyword, row) {
  OPTIONAL MATCH (keyword)-[old:BROADER {source: 'text'}]->(other)
  WHERE row.broader IS NULL OR other.id <> row.broader
  DELETE old
}
CALL (keyword, row) {
  MATCH (category:Interest {id: row.broader})
  MERGE (keyword)-[link:BROADER]->(category)
  SET link.source = 'text', keyword.level = category.level + 1
}
