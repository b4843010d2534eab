// Merge interests and the ladder from narrow to broad (SKOS broader) that they stand on.
//
// @mode write
// @param rows LIST<MAP>   {id, name, scheme, level, broader}; broader is an id or null
CYPHER 25
UNWIND $rows AS row
// region interest
MERGE (interest:Interest {id: row.id})
SET interest.name = row.name, interest.scheme = row.scheme, interest.source = null,
  interest.level = CASE row.scheme WHEN 'keyword' THEN coalesce(interest.level, 0) ELSE row.level END
WITH interest, row WHERE row.broader IS NOT NULL
MERGE (broader:Interest {id: row.broader})
MERGE (interest)-[:BROADER]->(broader)
// endregion
