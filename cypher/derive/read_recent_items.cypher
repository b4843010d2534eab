// Read what is counted of items, to compare it with what will be: numbers, and of each link the other and numbers.
//
// @mode read
// @param ids     LIST<STRING>   the items
// @param numbers LIST<STRING>   the names of their numbers
// @returns id STRING, numbers LIST<ANY>, transitions LIST<ANY>, popular LIST<ANY>, mostPopular LIST<ANY>
CYPHER 25
UNWIND $ids AS id
MATCH (item:Item {id: id})
RETURN id, [name IN $numbers | item[name]] AS numbers,
  [(item)-[link:FOLLOWED_BY]->(other) | [other.id, link.count, link.weight]] AS transitions,
  [(item)-[link:POPULAR_IN]->(cell) | [cell.id, link.count, link.weight, link.hours]] AS popular,
  [(item)-[link:MOST_POPULAR_IN]->(cell) | [cell.id, link.count, link.weight]] AS mostPopular
