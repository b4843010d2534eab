// Merge items with what they are about and the cell they lie in.
//
// `properties` sets what it names, and removes what it names as null; other properties stay.
// `interests` and `cell` replace the relationships of the item, and null leaves them alone: a file
// without a column says nothing about it. What was extracted from texts stays. An item that is so already is not written. An id stands
// in one row only.
//
// @mode write
// @param rows LIST<MAP>   {id, properties, interests, located, cell}
// @returns created INTEGER, updated INTEGER
CYPHER 25
UNWIND $rows AS row
// region item
OPTIONAL MATCH (known:Item {id: row.id})
LET about = [(known)-[a:ABOUT WHERE a.source IS NULL]->(interest) | interest.id]
LET fate = CASE
  WHEN known IS NULL THEN 'new'
  WHEN any(name IN keys(row.properties) WHERE coalesce(known[name] <> row.properties[name],
      (known[name] IS NULL) <> (row.properties[name] IS NULL))) THEN 'changed'
  WHEN size(about) <> size(row.interests) THEN 'changed'
  WHEN any(id IN row.interests WHERE NOT id IN about) THEN 'changed'
  ELSE 'same'
END
CALL (row, fate) {
  WITH row WHERE fate <> 'same'
  MERGE (item:Item {id: row.id})
  SET item += row.properties
  WITH item, row
  CALL (item, row) {
    WITH item, row WHERE row.interests IS NOT NULL
    OPTIONAL MATCH (item)-[old:ABOUT WHERE old.source IS NULL]->(interest:Interest)
    WHERE NOT interest.id IN row.interests
    DELETE old
    WITH DISTINCT item, row
    UNWIND row.interests AS id
    MATCH (interest:Interest {id: id})
    MERGE (item)-[about:ABOUT]->(interest)
    SET about.weight = 1.0, about.source = null
  }
  CALL (item, row) {
    WITH item, row WHERE row.located
    OPTIONAL MATCH (item)-[old:IN_CELL]->(cell:Cell) WHERE row.cell IS NULL OR cell.id <> row.cell
    DELETE old
    WITH DISTINCT item, row WHERE row.cell IS NOT NULL
    MATCH (cell:Cell {id: row.cell})
    MERGE (item)-[:IN_CELL]->(cell)
  }
}
// endregion
RETURN count(CASE fate WHEN 'new' THEN 1 END) AS created,
  count(CASE fate WHEN 'changed' THEN 1 END) AS updated
