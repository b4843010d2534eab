"""Read the items' texts, extract their keywords, and write them into the interest graph."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from chronotope.graph import Graph
from chronotope.ids import keyword_id
from chronotope.language.embed import embed
from chronotope.language.encoder import Encoder
from chronotope.language.keywords import Document, Extraction, ExtractOptions, Keyword, extract
from chronotope.progress import Progress, silent

_BATCH = 1000


@dataclass(frozen=True)
class Extracted:
    """How many items have text and keywords, and how many keywords there are, linked and merged."""

    items: int
    described: int
    keywords: int
    linked: int
    merged: int


def extract_interests(
    graph: Graph,
    encoder: Encoder,
    options: ExtractOptions = ExtractOptions(),  # noqa: B008  frozen
    progress: Progress = silent,
) -> tuple[Extracted, Extraction]:
    """Write the keywords of all items' texts, replacing those of an earlier extraction.

    Tags that people gave keep their names and their items; a keyword that means the same as a tag
    becomes that tag. The encoder has to be the graph's own; it embeds the new interests.
    """
    result = write_keywords(graph, encoder, options, progress)
    embed(graph, encoder, progress=progress)
    return result


def extraction_due(graph: Graph) -> ExtractOptions | None:
    """Return how keywords are to be extracted anew; None where that would find what stands.

    It would where no item has a text, and where the texts, their categories and the tags are those
    of the last extraction, whose options are kept.
    """
    rows, tags = _read(graph)
    if not any(row["description"] for row in rows):
        return None
    recorded = graph.read("extract.read_extraction")
    if not recorded:
        return ExtractOptions()
    if recorded[0]["texts"] == _fingerprint(rows, tags):
        return None
    return ExtractOptions(**json.loads(recorded[0]["parameters"]))


def write_keywords(
    graph: Graph,
    encoder: Encoder,
    options: ExtractOptions = ExtractOptions(),  # noqa: B008  frozen
    progress: Progress = silent,
) -> tuple[Extracted, Extraction]:
    """Write keywords as `extract_interests` does; the new ones have no vectors yet."""
    rows, tags = _read(graph)
    documents = [_document(row) for row in rows if row["description"]]
    extraction = extract(documents, encoder, options, tags)
    graph.write_rows(
        "extract.write_keywords", map(_keyword_row, extraction.keywords.values()), size=_BATCH
    )
    about = (
        {
            "id": row["id"],
            "keywords": [
                {"id": keyword_id(name), "weight": cosine}
                for name, cosine in extraction.about.get(row["id"], ())
            ],
        }
        for row in rows
    )
    graph.write_rows(
        "extract.write_about",
        about,
        size=_BATCH,
        after_each=lambda done: progress("writing keywords", done, len(rows)),
    )
    graph.write("extract.delete_unused")
    graph.write(
        "extract.record_extraction",
        {"texts": _fingerprint(rows, tags), "parameters": json.dumps(asdict(options))},
    )
    keywords = extraction.keywords.values()
    return (
        Extracted(
            items=len(rows),
            described=len(documents),
            keywords=len(keywords),
            linked=sum(keyword.broader is not None for keyword in keywords),
            merged=sum(len(keyword.variants) for keyword in keywords),
        ),
        extraction,
    )


def _read(graph: Graph) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the items' texts, and the tags that people gave."""
    tags = [row["name"] for row in graph.read("extract.read_tags")]
    return graph.read("extract.read_texts"), tags


def _fingerprint(rows: Sequence[Mapping[str, Any]], tags: Sequence[str]) -> str:
    """Return a hash of all that keywords are made of, but the encoder."""
    digest = hashlib.sha256(json.dumps(sorted(tags)).encode())
    for row in rows:
        if row["description"]:
            digest.update(json.dumps(row, sort_keys=True).encode())
    return digest.hexdigest()[:24]


def _document(row: Mapping[str, Any]) -> Document:
    categories = [(category["id"], category["name"]) for category in row["categories"]]
    return Document(row["id"], row["description"], row["name"] or "", categories)


def _keyword_row(keyword: Keyword) -> dict[str, Any]:
    return {
        "id": keyword_id(keyword.name),
        "name": keyword.name,
        "broader": keyword.broader,
        "variants": list(keyword.variants),
    }
