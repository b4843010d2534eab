// Name what lies in cells: of each, the three items of an interest that most people came to.
//
// How many people came is what `derive` counted.
//
// @mode read
// @param cells    MAP            the larger cell of each cell, for the cells that are meant
// @param interest STRING = null  the id of an interest; narrower ones count
// @returns cell STRING, names LIST<STRING>
CYPHER 25
LET areas = $cells
MATCH (item:Item)
FILTER areas[item.cell] IS NOT NULL AND item.name IS NOT NULL AND ($interest IS NULL
  OR EXISTS { (item)-[:ABOUT]->(:Interest)-[:BROADER*0..8]->(:Interest {id: $interest}) })
WITH areas[item.cell] AS cell, coll.sort(collect([-coalesce(item.users, 0), item.id, item.name])) AS best
RETURN cell, [b IN best[..3] | b[2]] AS names ORDER BY cell
