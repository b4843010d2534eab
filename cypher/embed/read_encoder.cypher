// Read which encoder the graph's texts are embedded with, and how many of them are pending.
//
// @mode read
// @returns spec STRING, name STRING, revision STRING, dimension INTEGER, queryPrefix STRING,
//     documentPrefix STRING, template STRING, pending INTEGER
CYPHER 25
MATCH (encoder:Encoder {role: 'text'})
RETURN coalesce(encoder.spec, 'packaged') AS spec, encoder.name AS name,
  encoder.revision AS revision, encoder.dimension AS dimension,
  coalesce(encoder.queryPrefix, '') AS queryPrefix,
  coalesce(encoder.documentPrefix, '') AS documentPrefix, encoder.template AS template,
  coalesce(encoder.pending, 0) AS pending
