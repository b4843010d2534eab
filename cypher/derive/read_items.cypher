// Read every item with its place, its category and the taste vector that it has now.
//
// @mode read
// @returns id STRING, latitude FLOAT, longitude FLOAT, category STRING, taste LIST<FLOAT>
CYPHER 25
MATCH (item:Item) WHERE item.id IS :: STRING NOT NULL  // an owner's nodes may have the label too
CALL (item) {
  OPTIONAL MATCH (item)-[:ABOUT]->(category:Interest {scheme: 'category'})
  RETURN min(category.id) AS category
}
RETURN item.id AS id, item.location.latitude AS latitude, item.location.longitude AS longitude,
  category, item.taste AS taste ORDER BY id
