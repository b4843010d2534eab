// Record how many texts the encoder has not embedded yet.
//
// @mode write
// @param pending INTEGER
CYPHER 25
MATCH (encoder:Encoder {role: 'text'})
SET encoder.pending = $pending
