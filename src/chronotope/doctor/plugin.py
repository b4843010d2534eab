"""What a server has of chronotope's plugin."""

from dataclasses import dataclass

from chronotope import catalogue
from chronotope.doctor.finding import listed
from chronotope.graph import Graph

_LISTS_QUERIES = "chronotope.queries"
"""The procedure that tells what the plugin carries."""


@dataclass(frozen=True)
class Plugin:
    """What a server has of chronotope's plugin.

    `version` is None where it has none, or one that does not say. `queries` are those that it
    carries, and `differing` the ones that it lacks, has too much, or has otherwise than this
    package.
    """

    procedures: tuple[str, ...]
    version: str | None
    queries: tuple[str, ...]
    differing: tuple[str, ...]

    @property
    def fits(self) -> bool:
        """Whether it runs what this package would run."""
        return bool(self.queries) and not self.differing

    @property
    def detail(self) -> str:
        """All that in words."""
        if not self.procedures:
            return "none, and nothing but CALL chronotope… needs it"
        version = self.version or "of an unknown version"
        if self.fits:
            return (
                f"{version}, and it fits: its {len(self.queries)} queries are those of this package"
            )
        return f"{version}, and it does not fit this package: {listed(self.differing)}"

    @property
    def remedy(self) -> str | None:
        """What to do about it, if there is anything."""
        if not self.procedures:
            return "to have it: chronotope plugin install FOLDER"
        if self.fits:
            return None
        return (
            "the local server gets this one when it starts again (chronotope server stop), others "
            "by: chronotope plugin install FOLDER"
        )

    @property
    def text(self) -> str:
        """Both in one sentence."""
        return f"{self.detail}; {self.remedy}" if self.remedy else self.detail


def plugin(graph: Graph) -> Plugin:
    """Tell what the server has of the plugin, and whether that is what this package has."""
    procedures = tuple(sorted(row["name"] for row in graph.read("plugin.list_procedures")))
    tells = _LISTS_QUERIES in procedures
    found = graph.read("plugin.list_queries") if tells else []
    carried = {row["name"]: row["fingerprint"] for row in found}
    own = {
        query.name: query.fingerprint
        for query in catalogue.load().values()
        if query.public and query.mode == "read"
    }
    differing = [name for name in own | carried if own.get(name) != carried.get(name)]
    return Plugin(
        procedures=procedures,
        version=found[0]["version"] if found else None,
        queries=tuple(carried),
        differing=tuple(sorted(differing)) if procedures else (),
    )
