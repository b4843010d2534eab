// Say what an item is; what is left out (null) stays as it is, and of a new item it is absent.
//
// Categories and tags replace those that a file or a client said before. Of coordinates the cell is left
// null, for Cypher knows no H3: `chronotope derive` fills it.
//
// The fate is 'recorded' for a new item, 'changed', or 'known' when the graph says so already.
//
// @mode write
// @public
// @param item        STRING                 the item's id
// @param name        STRING = null          its name
// @param description STRING = null          its text
// @param location    POINT = null           longitude and latitude; a good has none
// @param categories  LIST<STRING> = null    paths like 'Dining > Coffee Shop'
// @param tags        LIST<STRING> = null    keywords
// @param active      BOOLEAN = null         false: not to be found or recommended
// @returns fate STRING, id STRING
CYPHER 25
LET where = coalesce($location, point({longitude: 0.0, latitude: 0.0}))
LET texts = [['item', $item]] + [c IN coalesce($categories, []) | ['a category', c]]
  + [t IN coalesce($tags, []) | ['a tag', t]]
// region texts
LET faults = [t IN texts | CASE
  WHEN NOT t[1] IS :: STRING NOT NULL THEN t[0] + ' has to be a STRING, it is ' + valueType(t[1])
  WHEN t[1] = '' THEN t[0] + ' is empty'
  WHEN size(t[1]) > 512 THEN t[0] + ' is longer than 512 signs'
  WHEN t[1] =~ '(?s).*\\p{Cc}.*' THEN t[0] + ' holds control characters'
END]
// endregion
LET fault = CASE
  WHEN any(f IN faults WHERE f IS NOT NULL) THEN [f IN faults WHERE f IS NOT NULL][0]
  WHEN NOT ($name IS NULL OR $name IS :: STRING) THEN 'name has to be a STRING, it is ' + valueType($name)
  WHEN NOT ($description IS NULL OR $description IS :: STRING) THEN 'description has to be a STRING, it is ' + valueType($description)
  WHEN NOT ($location IS NULL OR $location IS :: POINT) THEN 'location has to be a POINT, it is ' + valueType($location)
  WHEN NOT toStringOrNull($location) CONTAINS "crs: 'wgs-84'" THEN 'location has to be a POINT of longitude and latitude'
  WHEN NOT ($active IS NULL OR $active IS :: BOOLEAN) THEN 'active has to be a BOOLEAN, it is ' + valueType($active)
END
// Cypher cannot raise an error; a text that is no date does, and shows it.
FILTER CASE WHEN fault IS NULL THEN true ELSE date(fault) IS NULL END

// What it is about: each category with those above it, and keywords by their names in lower case.
LET paths = [c IN coalesce($categories, []) | [name IN split(c, '>') WHERE trim(name) <> '' | trim(name)]]
LET steps = reduce(steps = [], path IN paths | steps + [level IN range(1, size(path)) | {
    id: 'category:' + reduce(s = path[0], name IN path[1..level] | s + ' > ' + name), name: path[level - 1],
    scheme: 'category', level: level,
    broader: CASE WHEN level > 1
      THEN 'category:' + reduce(s = path[0], name IN path[1..level - 1] | s + ' > ' + name) END}])
LET keywords = [tag IN coalesce($tags, []) WHERE trim(tag) <> '' | {
  id: 'keyword:' + replace(replace(toLower(trim(tag)), 'ß', 'ss'), 'ς', 'σ'), name: trim(tag),
  scheme: 'keyword', level: 0, broader: null}]
LET ends = [path IN paths WHERE size(path) > 0 |
  'category:' + reduce(s = path[0], name IN path[1..] | s + ' > ' + name)]
CALL (steps, keywords) {
  UNWIND steps + keywords AS row
  WITH DISTINCT row ORDER BY row.level, row.id
  MERGE (interest:Interest {id: row.id})
  SET interest.name = row.name, interest.scheme = row.scheme, interest.source = null,
    interest.level = CASE row.scheme WHEN 'keyword' THEN coalesce(interest.level, 0) ELSE row.level END
  WITH interest, row WHERE row.broader IS NOT NULL
  MERGE (broader:Interest {id: row.broader})
  MERGE (interest)-[:BROADER]->(broader)
}
OPTIONAL MATCH (old:Item {id: $item})
LET location = CASE WHEN where.x <> 0 OR where.y <> 0 THEN where END
LET moved = location IS NOT NULL AND coalesce(old.location <> location, true)
LET row = {id: $item, located: moved, cell: null,
  interests: CASE WHEN $categories IS NOT NULL OR $tags IS NOT NULL THEN coll.distinct(
      CASE WHEN $categories IS NULL
        THEN [(old)-[a:ABOUT WHERE a.source IS NULL]->(i:Interest {scheme: 'category'}) | i.id] ELSE ends END
      + CASE WHEN $tags IS NULL
        THEN [(old)-[a:ABOUT WHERE a.source IS NULL]->(i:Interest {scheme: 'keyword'}) | i.id]
        ELSE [keyword IN keywords | keyword.id] END) END,
  properties: {name: coalesce($name, old.name), description: coalesce($description, old.description),
    active: coalesce($active, old.active), location: coalesce(location, old.location),
    cell: CASE WHEN NOT moved THEN old.cell END}}
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
RETURN CASE fate WHEN 'new' THEN 'recorded' WHEN 'same' THEN 'known' ELSE fate END AS fate, row.id AS id
