"""Extract the interests that texts speak of: keywords, merged and linked. Pure but for the encoder.

A document's phrases are ranked by maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998):
each next one has the largest  λ cos(phrase, document) - (1 - λ) max cos(phrase, chosen ones).
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from chronotope.language.encoder import Encoder
from chronotope.language.phrases import candidates

Vectors = NDArray[np.float32]

_ENCODE = 1024
_COMPARE = 512
_NEAREST = 10


@dataclass(frozen=True)
class ExtractOptions:
    """How keywords are chosen.

    `per_document` at most, for phrases of at least `min_documents` documents and not in more than
    the share `max_share` of them; `relevance` is λ, against diversity; `least` is the smallest
    cosine with the document. Phrases are one when their cosine is `same`, or when they are `alike`
    (cosine) and spelled alike (`spelling`, 0 to 100).
    """

    per_document: int = 5
    min_documents: int = 2
    max_share: float = 0.5
    relevance: float = 0.7
    least: float = 0.25
    same: float = 0.9
    alike: float = 0.65
    spelling: float = 85.0


@dataclass(frozen=True)
class Document:
    """A text, and the categories of what it describes as (id, name), the narrow one first."""

    id: str
    text: str
    name: str = ""
    categories: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Keyword:
    """A keyword under one name, the id of the broader category if any, and its other spellings."""

    name: str
    broader: str | None
    variants: Sequence[str]


@dataclass(frozen=True)
class Extraction:
    """Keywords by name, and those of each document with their cosine, the best first."""

    keywords: Mapping[str, Keyword]
    about: Mapping[str, Sequence[tuple[str, float]]]


def extract(
    documents: Sequence[Document],
    encoder: Encoder,
    options: ExtractOptions = ExtractOptions(),
    known: Sequence[str] = (),
) -> Extraction:
    """Return what the documents are about; `known` keywords keep their names."""
    spelled, phrases = _frequent(documents, options)
    vectors = _encode(list(spelled), encoder)
    texts = _encode_all([_text(document) for document in documents], encoder)
    chosen = [
        _choose(names, np.array([vectors[name] for name in names]), text, options)
        for names, text in zip(phrases, texts, strict=True)
    ]
    used = Counter(name for ranked in chosen for name, _ in ranked)
    leaders = _merge(used, vectors, known, encoder, options)
    names = {leader: spelled.get(leader, leader) for leader in leaders.values()}
    about = {
        document.id: _of_leaders(ranked, leaders, names)
        for document, ranked in zip(documents, chosen, strict=True)
    }
    variants: dict[str, list[str]] = defaultdict(list)
    for name, leader in leaders.items():
        if name != leader:
            variants[leader].append(spelled[name])
    broader = _link(documents, about, encoder)
    keywords = {
        name: Keyword(name, broader.get(name), tuple(variants[leader]))
        for leader, name in names.items()
    }
    return Extraction(keywords, about)


def _frequent(
    documents: Sequence[Document], options: ExtractOptions
) -> tuple[dict[str, str], list[list[str]]]:
    """Return the spelling of each phrase that enough texts have, and those of each document.

    Phrases are told apart by their casefolded form.
    """
    by_document = [_of_document(document, options) for document in documents]
    counts = Counter(phrase.casefold() for phrases in by_document for phrase in phrases)
    most = max(options.max_share * len(documents), options.min_documents)
    spelled: dict[str, str] = {}
    kept: list[list[str]] = []
    for phrases in by_document:
        frequent = [p for p in phrases if options.min_documents <= counts[p.casefold()] <= most]
        for phrase in frequent:
            spelled.setdefault(phrase.casefold(), phrase)
        kept.append(list(dict.fromkeys(phrase.casefold() for phrase in frequent)))
    return spelled, kept


def _of_leaders(
    ranked: Sequence[tuple[str, float]], leaders: Mapping[str, str], names: Mapping[str, str]
) -> list[tuple[str, float]]:
    """Return a document's keywords, each with the best cosine of its spellings."""
    best: dict[str, float] = {}
    for phrase, cosine in ranked:
        name = names[leaders[phrase]]
        best[name] = max(best.get(name, -1.0), cosine)
    return list(best.items())


def _text(document: Document) -> str:
    """Return what a document's vector is made of: its categories give short texts a direction."""
    return ". ".join(filter(None, (", ".join(n for _, n in document.categories), document.text)))


def _of_document(document: Document, options: ExtractOptions) -> list[str]:
    """Return a text's phrases without those that repeat the document's name or its categories."""
    name = document.name.casefold()
    kinds = [kind.casefold() for _, kind in document.categories]
    return [
        phrase
        for phrase in candidates(document.text)
        if phrase.casefold() not in name
        and not any(
            phrase.casefold() in kind or fuzz.ratio(phrase.casefold(), kind) >= options.spelling
            for kind in kinds
        )
    ]


def _choose(
    names: Sequence[str], vectors: Vectors, text: Vectors, options: ExtractOptions
) -> list[tuple[str, float]]:
    """Return the best phrases by maximal marginal relevance, with their cosine to the text."""
    if not names:
        return []
    relevance = vectors @ text
    between = vectors @ vectors.T
    chosen: list[int] = []
    open_ = relevance >= options.least
    nearest = np.zeros(len(names), np.float32)
    while open_.any() and len(chosen) < options.per_document:
        value = options.relevance * relevance - (1 - options.relevance) * nearest
        best = int(np.where(open_, value, -np.inf).argmax())
        chosen.append(best)
        open_[best] = False
        nearest = np.maximum(nearest, between[best])
        # A part of what was chosen, or a longer form of it, says nothing new.
        for other in np.flatnonzero(open_).tolist():
            if names[other] in names[best] or names[best] in names[other]:
                open_[other] = False
    return [(names[k], round(float(relevance[k]), 4)) for k in chosen]


def _merge(
    used: Counter[str],
    vectors: Mapping[str, Vectors],
    known: Sequence[str],
    encoder: Encoder,
    options: ExtractOptions,
) -> dict[str, str]:
    """Return the leader of each phrase: itself, a known keyword, or one that more texts use."""
    folded = list(dict.fromkeys(name.casefold() for name in known))
    missing = _encode([name for name in folded if name not in vectors], encoder)
    leaders = list(folded)
    size = len(leaders)
    matrix = np.zeros((size + len(used), encoder.dimension), np.float32)
    for row, name in enumerate(leaders):
        matrix[row] = vectors[name] if name in vectors else missing[name]
    leader_of = {name: name for name in leaders if name in used}
    ordered = sorted(used, key=lambda name: (-used[name], len(name), name))
    for start in range(0, len(ordered), _COMPARE):
        names = [name for name in ordered[start : start + _COMPARE] if name not in leader_of]
        block = np.array([vectors[name] for name in names]).reshape(len(names), -1)
        earlier, before = block @ matrix[:size].T, size
        within = block @ block.T
        rows: list[int] = []
        for k, name in enumerate(names):
            cosines = np.concatenate([earlier[k], within[k, rows]])
            leader = _same(name, cosines, leaders, options)
            if leader is None:
                leaders.append(name)
                matrix[before + len(rows)] = block[k]
                rows.append(k)
            leader_of[name] = leader or name
        size = len(leaders)
    return leader_of


def _same(
    name: str, cosines: NDArray[np.float32], leaders: Sequence[str], options: ExtractOptions
) -> str | None:
    for row in np.argsort(-cosines)[:_NEAREST].tolist():
        leader, cosine = str(leaders[row]), float(cosines[row])
        spelled_alike = fuzz.ratio(name, leader) >= options.spelling
        if cosine >= options.same or (cosine >= options.alike and spelled_alike):
            return leader
    return None


def _link(
    documents: Sequence[Document],
    about: Mapping[str, Sequence[tuple[str, float]]],
    encoder: Encoder,
) -> dict[str, str]:
    """Return the category that each keyword is narrower than.

    It is the one with the largest share of the keyword's documents plus cosine with the keyword.
    """
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    names: dict[str, str] = {}
    for document in documents:
        for keyword, _ in about[document.id]:
            if document.categories:
                category, name = document.categories[0]
                names[category] = name
                counts[keyword][category] += 1
    vectors = _encode(sorted({*names.values(), *counts}), encoder)
    return {
        keyword: max(
            sorted(counter),
            key=lambda category: (
                counter[category] / counter.total()
                + float(vectors[keyword] @ vectors[names[category]])
            ),
        )
        for keyword, counter in counts.items()
    }


def _encode(texts: Sequence[str], encoder: Encoder) -> dict[str, Vectors]:
    return dict(zip(texts, _encode_all(texts, encoder), strict=True))


def _encode_all(texts: Sequence[str], encoder: Encoder) -> Iterator[Vectors]:
    for start in range(0, len(texts), _ENCODE):
        yield from encoder.encode(texts[start : start + _ENCODE])
