// Read the texts of items with their categories, the narrow one first.
//
// @mode read
// @returns id STRING, name STRING, description STRING, categories LIST<MAP>
CYPHER 25
MATCH (item:Item) WHERE item.id IS :: STRING NOT NULL  // an owner's nodes may have the label too
CALL (item) {
  MATCH (item)-[:ABOUT]->(:Interest {scheme: 'category'})-[:BROADER*0..8]->(category:Interest)
  WITH DISTINCT category ORDER BY category.level DESC, category.id
  RETURN collect({id: category.id, name: category.name}) AS categories
}
RETURN item.id AS id, item.name AS name, item.description AS description, categories ORDER BY id
