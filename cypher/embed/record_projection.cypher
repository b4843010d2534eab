// Remember that a projection of an encoder was learned from visits of this graph.
//
// @mode write
// @param name STRING   what the projection is called
CYPHER 25
MERGE (trained:Encoder {role: 'projections'})
SET trained.projections = coll.sort(coll.distinct(coalesce(trained.projections, []) + $name))
