// Read where people spend their nights and work, and the rarest things they did.
//
// @mode read
// @param areas MAP       the larger cell of each cell
// @param k     INTEGER   how many of the rarest
// @returns id STRING, home STRING, work MAP, rare LIST<MAP>
CYPHER 25
LET areas = $areas
MATCH (user:User)
CALL (user, areas) {
  MATCH (user)-[e:INTERACTED]->(item) WHERE e.hour >= 19 OR e.hour < 7
  WITH areas[item.cell] AS cell, count(*) AS n, count(DISTINCT date(e.at)) AS days
  WHERE cell IS NOT NULL AND days >= 2
  WITH cell, n ORDER BY n DESC, cell LIMIT 1
  RETURN collect(cell)[0] AS home
}
CALL (user, areas) {
  MATCH (user)-[e:INTERACTED]->(item)
  WHERE 9 <= e.hour < 17 AND e.weekday <= 5 AND areas[item.cell] IS NOT NULL
  WITH item, count(*) AS n, count(DISTINCT date(e.at)) AS days WHERE days >= 2
  WITH item, n ORDER BY n DESC, item.id LIMIT 1
  RETURN collect({id: item.id, cell: areas[item.cell], latitude: item.location.latitude,
    longitude: item.location.longitude})[0] AS work
}
CALL (user) {
  MATCH (user)-[:INTERACTED]->(item) WHERE item.location IS NOT NULL
  WITH DISTINCT item
  WITH item, COUNT { (item)<-[:INTERACTED]-() } AS events ORDER BY events, item.id LIMIT toInteger($k)
  RETURN collect({id: item.id, latitude: item.location.latitude, longitude: item.location.longitude}) AS rare
}
RETURN user.id AS id, home, work, rare ORDER BY id
