"""Language models in the graph: encoders, and the embeddings of items, interests and users."""

from chronotope.language.embed import Summary, choose_encoder, count_due, embed, open_recorded
from chronotope.language.encoder import PACKAGED, Encoder, Prefixes, encode_query
from chronotope.language.explanation import explain
from chronotope.language.extract import (
    Extracted,
    extract_interests,
    extraction_due,
    write_keywords,
)
from chronotope.language.keywords import Extraction, ExtractOptions
from chronotope.language.open import check_spec, is_at_hand, open_encoder
from chronotope.language.profile import LANGUAGES, Language, parse_language, usual_times
from chronotope.language.projection import project, save_projection
from chronotope.language.question import beginnings
from chronotope.language.reasons import distance_words, kilometres, reasons
from chronotope.language.search import Search, check_vector, find_interest, namesakes, understand
from chronotope.language.sentences import sentences
from chronotope.language.texts import item_text

__all__ = [
    "LANGUAGES",
    "PACKAGED",
    "Encoder",
    "ExtractOptions",
    "Extracted",
    "Extraction",
    "Language",
    "Prefixes",
    "Search",
    "Summary",
    "beginnings",
    "check_spec",
    "check_vector",
    "choose_encoder",
    "count_due",
    "distance_words",
    "embed",
    "encode_query",
    "explain",
    "extract_interests",
    "extraction_due",
    "find_interest",
    "is_at_hand",
    "item_text",
    "kilometres",
    "namesakes",
    "open_encoder",
    "open_recorded",
    "parse_language",
    "project",
    "reasons",
    "save_projection",
    "sentences",
    "understand",
    "usual_times",
    "write_keywords",
]
