// Read what is derived of items, to compare it with what will be: of each link the other and numbers.
//
// @mode read
// @param ids     LIST<STRING>   the items
// @param numbers LIST<STRING>   the names of their numbers
// @param linked  LIST<STRING> = null   those whose links to other items are read; null: all
// @returns id STRING, numbers LIST<ANY>, taste LIST<FLOAT>, coVisits LIST<ANY>,
//     transitions LIST<ANY>, popular LIST<ANY>, mostPopular LIST<ANY>
CYPHER 25
UNWIND $ids AS id
MATCH (item:Item {id: id})
CALL (item, id) {
  WHEN $linked IS NULL OR id IN $linked THEN {
    RETURN
      [(item)-[link:CO_VISITED]->(other) | [other.id, link.count, link.weight, link.ease]] AS coVisits,
      [(item)-[link:FOLLOWED_BY]->(other) | [other.id, link.count, link.weight]] AS transitions
  }
  ELSE { RETURN [] AS coVisits, [] AS transitions }
}
RETURN id, [name IN $numbers | item[name]] AS numbers, item.taste AS taste, coVisits, transitions,
  [(item)-[link:POPULAR_IN]->(cell) | [cell.id, link.count, link.weight, link.hours]] AS popular,
  [(item)-[link:MOST_POPULAR_IN]->(cell) | [cell.id, link.count, link.weight]] AS mostPopular
