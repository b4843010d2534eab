// Read which encoder the graph's texts are embedded with.
//
// @mode read
// @returns name STRING, revision STRING, dimension INTEGER, template STRING
CYPHER 25
MATCH (encoder:Encoder {role: 'text'})
RETURN encoder.name AS name, encoder.revision AS revision, encoder.dimension AS dimension,
  encoder.template AS template
