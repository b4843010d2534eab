// Record which encoder the graph's texts are embedded with from now on.
//
// @mode write
// @param spec           STRING    what the encoder is opened with again
// @param name           STRING
// @param revision       STRING
// @param dimension      INTEGER
// @param queryPrefix    STRING    what is put before a question
// @param documentPrefix STRING    what is put before a text
// @param template       STRING    how the texts are made
// @param pending        INTEGER   how many texts it has not embedded yet
CYPHER 25
MERGE (encoder:Encoder {role: 'text'})
SET encoder.spec = $spec, encoder.name = $name, encoder.revision = $revision,
  encoder.dimension = $dimension, encoder.queryPrefix = $queryPrefix,
  encoder.documentPrefix = $documentPrefix, encoder.template = $template,
  encoder.pending = $pending
