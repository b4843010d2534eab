// Record which encoder the graph's texts are embedded with.
//
// @mode write
// @param name      STRING
// @param revision  STRING
// @param dimension INTEGER
// @param template  STRING   how the texts are made
CYPHER 25
MERGE (encoder:Encoder {role: 'text'})
SET encoder.name = $name, encoder.revision = $revision, encoder.dimension = $dimension,
  encoder.template = $template
