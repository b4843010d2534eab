// Tell whether the graph holds no data: no users, items, interests and cells.
//
// @mode read
// @returns empty BOOLEAN
CYPHER 25
RETURN NOT EXISTS { (:User|Item|Interest|Cell) } AS empty
