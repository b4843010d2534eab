// Merge users and items of which nothing but the id is known; tell how many items are new.
//
// @mode write
// @param users LIST<STRING>   each once
// @param items LIST<STRING>   each once
// @returns items INTEGER
CYPHER 25
CALL () {
  UNWIND $users AS id
  MERGE (:User {id: id})
}
CALL () {
  UNWIND $items AS id
  OPTIONAL MATCH (known:Item {id: id})
  WITH id WHERE known IS NULL
  MERGE (:Item {id: id})
  RETURN count(*) AS created
}
RETURN created AS items
