// Count the items of each cell that are about an interest and active.
//
// @mode read
// @param interest STRING = null  the id of an interest; narrower ones count
// @param areas    MAP = null     the larger cell of each cell; null: cells as they are
// @returns cell STRING, items INTEGER
CYPHER 25
LET areas = coalesce($areas, {})
// Items first: whether one is about the interest is asked once.
MATCH (item:Item)
LET about = $interest IS NULL
  OR EXISTS { (item)-[:ABOUT]->(:Interest)-[:BROADER*0..8]->(:Interest {id: $interest}) }
FILTER about AND item.cell IS NOT NULL AND coalesce(item.active, true)
RETURN coalesce(areas[item.cell], item.cell) AS cell, count(*) AS items ORDER BY cell
