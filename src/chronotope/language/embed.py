"""Write the embeddings of items and interests; texts that did not change are skipped."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chronotope.graph import Graph
from chronotope.language.encoder import Encoder
from chronotope.language.texts import ITEM_TEMPLATE, interest_text, item_text, text_key

_BATCH = 256

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Summary:
    """How many texts were embedded, unchanged, and missing (nodes without any text)."""

    embedded: int
    unchanged: int
    empty: int


def embed(
    graph: Graph, encoder: Encoder, *, progress: Progress = lambda done, total: None
) -> Summary:
    """Embed every item and interest whose text or encoder changed.

    The encoder is recorded in the graph first; vectors are written in batches as they are made.
    """
    texts = {
        "embed.write_items": [
            (row, item_text(row["name"], row["interests"], row["description"]))
            for row in graph.read("embed.read_items")
        ],
        "embed.write_interests": [
            (row, interest_text(row["name"], row["broader"]))
            for row in graph.read("embed.read_interests")
        ],
    }
    graph.write(
        "embed.record_encoder",
        {
            "name": encoder.name,
            "revision": encoder.revision,
            "dimension": encoder.dimension,
            "template": ITEM_TEMPLATE,
        },
    )
    due = {query: _changed(rows, encoder) for query, rows in texts.items()}
    total, done, empty = sum(map(len, due.values())), 0, 0
    for query, rows in due.items():
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            graph.write(query, {"rows": _vectors(batch, encoder)})
            done += len(batch)
            progress(done, total)
        empty += sum(not text for _, _, text in rows)
    return Summary(
        embedded=total - empty, unchanged=sum(map(len, texts.values())) - total, empty=empty
    )


def _changed(
    rows: Sequence[tuple[Mapping[str, Any], str]], encoder: Encoder
) -> list[tuple[str, str, str]]:
    keyed = ((row, text_key(encoder.name, encoder.revision, text), text) for row, text in rows)
    return [(row["id"], key, text) for row, key, text in keyed if key != row["key"]]


def _vectors(batch: Sequence[tuple[str, str, str]], encoder: Encoder) -> list[dict[str, Any]]:
    vectors = iter(encoder.encode([text for _, _, text in batch if text]).tolist())
    return [
        {"id": name, "key": key, "vector": next(vectors) if text else None}
        for name, key, text in batch
    ]
