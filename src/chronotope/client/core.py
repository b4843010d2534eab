"""What every part of the client works with: the graph, and whether its schema is there."""

from chronotope import migrations
from chronotope.graph import Graph


class Core:
    """Holds the graph of a client; safe to be used by several threads."""

    _graph: Graph
    _is_current = False

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
