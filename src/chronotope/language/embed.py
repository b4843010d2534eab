"""Write the embeddings of items, interests and users; texts that did not change are skipped."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chronotope.errors import EncoderError
from chronotope.graph import Graph
from chronotope.language.encoder import PACKAGED, Encoder, Prefixes
from chronotope.language.open import open_encoder
from chronotope.language.texts import ITEM_TEMPLATE, interest_text, item_text, text_key
from chronotope.progress import Progress, silent

_BATCH = 256
_CLEAR_BATCH = 2000

Due = tuple[str, str, str]
"""Id, key and text of what is to be embedded."""


@dataclass(frozen=True)
class Summary:
    """How many texts were embedded, unchanged, and missing (nodes without any text)."""

    embedded: int
    unchanged: int
    empty: int


def embed(graph: Graph, encoder: Encoder, *, progress: Progress = silent) -> Summary:
    """Embed every item, interest and profile of a user whose text or encoder changed.

    Vectors are written in batches as they are made, and with each the encoder is recorded in the
    graph with the number of texts that are pending: searches go by those that are there, and an
    interrupted run goes on where it was. Another encoder takes over in place, with its first batch:
    one that fails before changes nothing. Vectors of its own length that the encoder before it made
    are removed then, for an index cannot tell them from its own.

    Raises EncoderError when items have vectors of this length that people brought.
    """
    _refuse_a_mixture(graph, encoder)
    texts = _texts(graph)
    due = {query: _changed(rows, encoder) for query, rows in texts.items()}
    pending = total = sum(map(len, due.values()))
    for query, batch in _batches(due):
        vectors = _vectors(batch, encoder)
        if pending == total:  # it can embed: now it takes over
            _make_room(graph, encoder, pending)
        pending -= len(batch)
        graph.write_all(
            [
                (query, {"rows": vectors}),
                ("embed.record_encoder", record(encoder, pending)),
            ]
        )
        progress("embedding texts", total - pending, total)
    if not total:
        graph.write("embed.record_encoder", record(encoder, 0))
    empty = sum(not text for rows in due.values() for _, _, text in rows)
    return Summary(
        embedded=total - empty, unchanged=sum(map(len, texts.values())) - total, empty=empty
    )


def embed_users(graph: Graph, encoder: Encoder, users: Sequence[str]) -> int:
    """Embed the profiles of some users, those that changed; return how many did."""
    rows = [(row, row["profile"]) for row in graph.read("embed.read_users", {"users": users})]
    due = _changed(rows, encoder)
    for start in range(0, len(due), _BATCH):
        batch = _vectors(due[start : start + _BATCH], encoder)
        graph.write("embed.write_users", {"rows": batch})
    return len(due)


def choose_encoder(
    graph: Graph, spec: str | None = None, prefixes: Prefixes | None = None
) -> Encoder:
    """Open the encoder of a spec, else the graph's own, else the packaged one.

    Without `prefixes` those of the graph or of the model are taken.
    """
    recorded = graph.read("embed.read_encoder") if spec is None else []
    if not recorded:
        return open_encoder(spec or PACKAGED, prefixes)
    own = Prefixes(recorded[0]["queryPrefix"], recorded[0]["documentPrefix"])
    return open_encoder(recorded[0]["spec"], prefixes or own, given=False)


def open_recorded(graph: Graph, opened: Encoder | None = None) -> tuple[Encoder, int]:
    """Open the encoder that the graph's texts are embedded with; tell how many are pending.

    One that was `opened` before is taken again if it is still the graph's.

    Raises EncoderError when no text is embedded, or when what can be opened is another one.
    """
    rows = graph.read("embed.read_encoder")
    if not rows:
        raise EncoderError("No text of this graph is embedded; run: chronotope embed")
    recorded = rows[0]
    if opened and _is_the_same(opened, recorded):
        return opened, recorded["pending"]
    encoder = open_encoder(
        recorded["spec"],
        Prefixes(recorded["queryPrefix"], recorded["documentPrefix"]),
        given=False,
    )
    if _is_another(encoder, recorded):
        raise EncoderError(
            f"The graph was embedded with {recorded['name']} {recorded['revision']}, but "
            f"'{recorded['spec']}' is {encoder.name} {encoder.revision} now; embed again: "
            f"chronotope embed --encoder {recorded['spec']}"
        )
    return encoder, recorded["pending"]


def _is_the_same(encoder: Encoder, recorded: Mapping[str, Any]) -> bool:
    """Tell whether an encoder is the one that would be opened by what was recorded."""
    same = (encoder.spec, encoder.prefixes.query) == (recorded["spec"], recorded["queryPrefix"])
    return same and not _is_another(encoder, recorded)


def _is_another(encoder: Encoder, recorded: Mapping[str, Any]) -> bool:
    """Tell whether vectors of the encoder that was recorded cannot be compared with its own."""
    return (encoder.name, encoder.revision, encoder.dimension, encoder.prefixes.document) != (
        recorded["name"],
        recorded["revision"],
        recorded["dimension"],
        recorded["documentPrefix"],
    )


def record(encoder: Encoder, pending: int) -> dict[str, Any]:
    """Return what the graph keeps of an encoder."""
    return {
        "spec": encoder.spec,
        "name": encoder.name,
        "revision": encoder.revision,
        "dimension": encoder.dimension,
        "queryPrefix": encoder.prefixes.query,
        "documentPrefix": encoder.prefixes.document,
        "template": ITEM_TEMPLATE,
        "pending": pending,
    }


def _refuse_a_mixture(graph: Graph, encoder: Encoder) -> None:
    rows = graph.read("embed.count_brought_vectors", {"dimension": encoder.dimension})
    if count := rows[0]["items"]:
        raise EncoderError(
            f"{count:,} items have vectors of {encoder.dimension} numbers that were loaded with "
            f"--vectors; those of {encoder.name} are as long, and a search could not tell them "
            "apart. Load them under an index of their own (--vectors-index), then run: "
            "chronotope embed"
        )


def _batches(due: Mapping[str, Sequence[Due]]) -> Iterator[tuple[str, Sequence[Due]]]:
    """Yield what is due in batches, each with its query; of each kind what has a text first."""
    for query, rows in due.items():
        ordered = sorted(rows, key=lambda row: not row[2])
        for start in range(0, len(ordered), _BATCH):
            yield query, ordered[start : start + _BATCH]


def _make_room(graph: Graph, encoder: Encoder, pending: int) -> None:
    recorded = graph.read("embed.read_encoder")
    if (
        recorded
        and recorded[0]["dimension"] == encoder.dimension
        and _is_another(encoder, recorded[0])
    ):
        graph.write("embed.record_progress", {"pending": pending})
        while graph.write("embed.clear_vectors", {"size": _CLEAR_BATCH})[0]["cleared"]:
            pass


def _texts(graph: Graph) -> dict[str, list[tuple[Mapping[str, Any], str]]]:
    return {
        "embed.write_items": [
            (row, item_text(row["name"], row["interests"], row["description"]))
            for row in graph.read("embed.read_items")
        ],
        "embed.write_interests": [
            (row, interest_text(row["name"], row["broader"]))
            for row in graph.read("embed.read_interests")
        ],
        "embed.write_users": [(row, row["profile"]) for row in graph.read("embed.read_users")],
    }


def _changed(rows: Sequence[tuple[Mapping[str, Any], str]], encoder: Encoder) -> list[Due]:
    keyed = (
        (row, text_key(encoder.name, encoder.revision, encoder.prefixes.document + text), text)
        for row, text in rows
    )
    return [(row["id"], key, text) for row, key, text in keyed if key != row["key"]]


def _vectors(batch: Sequence[Due], encoder: Encoder) -> list[dict[str, Any]]:
    prefix = encoder.prefixes.document
    vectors = iter(encoder.encode([prefix + text for _, _, text in batch if text]).tolist())
    return [
        {"id": name, "key": key, "vector": next(vectors) if text else None}
        for name, key, text in batch
    ]
