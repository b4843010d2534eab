"""What every part of the client works with: the graph, its schema, and its encoder."""

from collections.abc import Callable
from functools import cached_property
from threading import Lock

from chronotope import language, migrations
from chronotope.graph import Graph


class Core:
    """Holds the graph of a client; several threads may share one.

    The graph is opened when it is first needed, so that a question that cannot be asked is refused
    before anything is started.
    """

    def __init__(self, open_graph: Callable[[], Graph]) -> None:
        self._open_graph = open_graph
        self._is_current = False
        self._encoder: language.Encoder | None = None
        self._opening = Lock()

    @cached_property
    def _graph(self) -> Graph:
        return self._open_graph()

    @property
    def graph(self) -> Graph:
        """The graph as it is, migrated or not: for what has no method."""
        return self._graph

    @property
    def _migrated(self) -> Graph:
        """The graph, once its schema is known to be up to date. Raises SchemaError."""
        if not self._is_current:
            migrations.require_current(self._graph)
            self._is_current = True
        return self._graph

    def _open_encoder(self) -> tuple[language.Encoder, int]:
        """Return the encoder of the graph's texts, opened once, and how many texts are pending.

        Raises EncoderError when no text is embedded.
        """
        with self._opening:
            encoder, pending = language.open_recorded(self._migrated, self._encoder)
            self._encoder = encoder
        return encoder, pending

    def _encode(self, text: str) -> tuple[list[float], tuple[str, ...]]:
        """Return the vector of a question, and remarks."""
        encoder, pending = self._open_encoder()
        vector = language.encode_query(encoder, text)
        remark = (
            f"{pending:,} texts are not embedded with {encoder.name} yet: this is an answer from "
            "those that are. Go on with: chronotope embed"
        )
        return vector, (remark,) if pending else ()
