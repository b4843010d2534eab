"""Language models in the graph: encoders, and the embeddings of items, interests and users."""

from chronotope.language.embed import Summary, embed, open_recorded
from chronotope.language.encoder import PACKAGED, Encoder, Prefixes, encode_query, open_encoder
from chronotope.language.extract import Extracted, extract_interests
from chronotope.language.keywords import Options as ExtractionOptions

__all__ = [
    "PACKAGED",
    "Encoder",
    "Extracted",
    "ExtractionOptions",
    "Prefixes",
    "Summary",
    "embed",
    "encode_query",
    "extract_interests",
    "open_encoder",
    "open_recorded",
]
