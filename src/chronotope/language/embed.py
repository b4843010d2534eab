"""Write the embeddings of items, interests and users; texts that did not change are skipped."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

from chronotope.errors import EncoderError
from chronotope.graph import Graph
from chronotope.language.encoder import PACKAGED, Encoder, Prefixes
from chronotope.language.open import open_encoder
from chronotope.language.texts import ITEM_TEMPLATE, interest_text, item_text, text_key
from chronotope.progress import Progress, silent

_BATCH = 256
_AT_ONCE, _SECONDS = 2000, 20.0
"""So many vectors are written at once, or those of so many seconds.

Each time that vectors are written, an index gets a segment of its own, and a search goes through
every segment: twenty thousand that were written by 256 took twice as long to search as by 2,000.
"""
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

    Vectors are written some at a time as they are made, and with them the encoder is recorded in
    the graph with the number of texts that are pending: searches go by those that are there, and an
    interrupted run goes on where it was. Equal texts are embedded once. Another encoder takes over
    in place, with its first batch: one that fails before changes nothing. Vectors of its own length
    that the encoder before it made are removed then, for an index cannot tell them from its own.

    Raises EncoderError when items have vectors of this length that people brought.
    """
    _refuse_a_mixture(graph, encoder)
    texts = _texts(graph)
    due = {query: _changed(rows, _maker(encoder)) for query, rows in texts.items()}
    encode = _Shared(encoder, (text for rows in due.values() for _, _, text in rows))
    pending = total = sum(map(len, due.values()))
    for query, rows in _made(due, encode, progress):
        if pending == total:  # it can embed: now it takes over
            _make_room(graph, encoder, pending)
        pending -= len(rows)
        graph.write_all(
            [
                (query, {"rows": rows}),
                ("embed.record_encoder", record(encoder, pending)),
            ]
        )
    if not total:
        graph.write("embed.record_encoder", record(encoder, 0))
    empty = sum(not text for rows in due.values() for _, _, text in rows)
    return Summary(
        embedded=total - empty, unchanged=sum(map(len, texts.values())) - total, empty=empty
    )


def embed_users(graph: Graph, encoder: Encoder, users: Sequence[str]) -> int:
    """Embed the profiles of some users, those that changed; return how many did."""
    rows = [(row, row["profile"]) for row in graph.read("embed.read_users", {"users": users})]
    due = _changed(rows, _maker(encoder))
    encode = _Shared(encoder, (text for _, _, text in due))
    for start in range(0, len(due), _BATCH):
        graph.write("embed.write_users", {"rows": encode.rows(due[start : start + _BATCH])})
    return len(due)


def count_due(graph: Graph) -> int:
    """Return how many texts are due for the graph's own encoder, else for the packaged one.

    Nothing is opened for that: what another revision of a model at hand would change is not seen.
    """
    recorded = graph.read("embed.read_encoder")
    if recorded and recorded[0]["spec"] != PACKAGED:
        own = recorded[0]
        maker = (own["name"], own["revision"], own["documentPrefix"])
    else:
        maker = _maker(open_encoder(PACKAGED))  # which reads no weights before it encodes
    return sum(len(_changed(rows, maker)) for rows in _texts(graph).values())


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


def _made(
    due: Mapping[str, Sequence[Due]], encode: "_Shared", progress: Progress
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield what is to be written at once, with its query; of each kind what has a text first."""
    done, total = 0, sum(map(len, due.values()))
    for query, texts in due.items():
        ordered = sorted(texts, key=lambda row: not row[2])
        rows: list[dict[str, Any]] = []
        begun = monotonic()
        for start in range(0, len(ordered), _BATCH):
            rows += encode.rows(ordered[start : start + _BATCH])
            if len(rows) >= _AT_ONCE or monotonic() - begun > _SECONDS:
                yield query, rows
                rows, begun = [], monotonic()
            done += min(_BATCH, len(ordered) - start)
            progress("embedding texts", done, total)
        if rows:
            yield query, rows


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


def _maker(encoder: Encoder) -> tuple[str, str, str]:
    """Return what the vectors of a text depend on: the encoder, its revision, and its prefix."""
    return encoder.name, encoder.revision, encoder.prefixes.document


def _changed(
    rows: Sequence[tuple[Mapping[str, Any], str]], maker: tuple[str, str, str]
) -> list[Due]:
    name, revision, prefix = maker
    keyed = ((row, text_key(name, revision, prefix + text), text) for row, text in rows)
    return [(row["id"], key, text) for row, key, text in keyed if key != row["key"]]


class _Shared:
    """Encodes the texts of a run, equal ones once: kept until the last of them is written."""

    def __init__(self, encoder: Encoder, texts: Iterable[str]) -> None:
        self._encoder, self._left = encoder, Counter(texts)
        self._known: dict[str, list[float]] = {}

    def rows(self, batch: Sequence[Due]) -> list[dict[str, Any]]:
        """Return what is to be written of a batch; no text has no vector."""
        texts = [text for _, _, text in batch if text]
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        prefix = self._encoder.prefixes.document
        vectors = self._encoder.encode([prefix + text for text in new]).tolist()
        self._known.update(zip(new, vectors, strict=True))
        rows = [
            {"id": name, "key": key, "vector": self._known[text] if text else None}
            for name, key, text in batch
        ]
        self._left.subtract(texts)
        for text in dict.fromkeys(texts):
            if not self._left[text]:
                del self._known[text]
        return rows
