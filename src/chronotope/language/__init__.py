"""Language models in the graph: encoders, and the embeddings of items and interests."""

from chronotope.language.embed import Summary, embed
from chronotope.language.encoder import PACKAGED, Encoder, open_encoder

__all__ = ["PACKAGED", "Encoder", "Summary", "embed", "open_encoder"]
