"""Write a batch of rows into the graph; of each table there is one way.

A batch and the checkpoint after it are one transaction, and so is the look whether somebody was
erased since its rows were checked. Nodes that rows share are merged before, in a transaction of
their own and sorted, so that writers wait for each other but never in a circle.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from chronotope.errors import ChronotopeError, DatabaseError
from chronotope.graph import Graph
from chronotope.ids import place_id
from chronotope.loading.cells import ladder
from chronotope.loading.hiding import NOBODY_ERASED, Erased
from chronotope.loading.rejection import RowError
from chronotope.loading.validate import Row

Step = tuple[str, Mapping[str, Any]]
"""The name of a query and its parameters."""

_REMEMBERED = 200_000
CONFLICT = RowError(
    "event_id",
    "belongs to another event, which the graph has already; if this row corrects it: --replace",
)


class OutdatedError(ChronotopeError):
    """Since rows were checked somebody was erased, or events were dropped."""


class Known:
    """What a load knows of the graph: nodes that it has merged already, and who was erased.

    Rows are written by what they were checked by. So it stays as it is while others are `erased`,
    and `again` returns a new one; both know the same nodes.
    """

    def __init__(self, look: Callable[[], Erased] = lambda: NOBODY_ERASED) -> None:
        """Know nothing; `again` asks `look` who was erased."""
        self._hashes: dict[str, set[int]] = {}
        self._look = look
        self.erased = NOBODY_ERASED

    def again(self) -> "Known":
        """Return what is known now."""
        known = copy(self)
        known.erased = self._look()
        return known

    def forget(self) -> None:
        """Forget which nodes were merged."""
        self._hashes.clear()

    def new(self, kind: str, names: Iterable[str]) -> list[str]:
        """Return the names that are not known yet, sorted."""
        known = self._hashes.setdefault(kind, set())
        return sorted(name for name in set(names) if hash(name) not in known)

    def add(self, kind: str, names: Iterable[str]) -> None:
        """Take up names."""
        known = self._hashes.setdefault(kind, set())
        if len(known) > _REMEMBERED:
            known.clear()
        known.update(map(hash, names))


@dataclass
class Outcome:
    """What became of a batch: counts, and for refused rows the index and what is wrong."""

    created: int = 0
    updated: int = 0
    bare_items: int = 0
    refused: dict[int, RowError] = field(default_factory=dict)
    known: Known | None = None
    """What rows are to be checked by from now on, where that changed meanwhile."""


Write = Callable[[Graph, Sequence[Row], Known, Sequence[Step]], Outcome]


def commit(graph: Graph, steps: Sequence[Step], known: Known) -> list[list[Row]]:
    """Run steps that write of users in one transaction, and return the rows of each.

    Raises OutdatedError where somebody was erased since `known`, or events were dropped, and then
    nothing is written: `secrecy.look_again` says why that is asked last.
    """
    erased = known.erased
    if not erased.is_of_a_graph:
        return graph.write_all(steps)

    def accept(answers: list[list[Row]]) -> None:
        if not erased.is_as_told(answers[-1][0]):
            raise OutdatedError

    return graph.write_all([*steps, ("secrecy.look_again", {})], accept)[:-1]


def write_items(
    graph: Graph, rows: Sequence[Row], known: Known, then: Sequence[Step] = ()
) -> Outcome:
    """Merge items, with their interests and cells; `then` is run in the same transaction."""
    cells = ladders((row["cell"] for row in rows), known)
    interests = {interest["id"]: interest for row in rows for interest in row["ladder"]}
    kept = ("id", "properties", "interests", "located", "cell")
    items = [{name: row[name] for name in kept} for row in sorted(rows, key=itemgetter("id"))]
    before: list[Step] = [("load.merge_cells", {"rows": cells})] if cells else []
    if interests:
        broad_first = sorted(interests.values(), key=lambda row: (row["level"], row["id"]))
        before.append(("load.merge_interests", {"rows": broad_first}))
    steps = [*before, ("load.merge_items", {"rows": items}), *then]
    counts = graph.write_all(steps)[len(before)][0]
    known.add("cell", (cell["id"] for cell in cells))
    return Outcome(counts["created"], counts["updated"])


def write_events(
    graph: Graph,
    rows: Sequence[Row],
    known: Known,
    then: Sequence[Step] = (),
    *,
    replace: bool = False,
) -> Outcome:
    """Merge events; items that are unknown become bare ones.

    An event that is told otherwise is changed. Under the id of another one it is refused, unless
    it is to `replace` that.
    """
    users = known.new("user", (row["user"] for row in rows))
    items = known.new("item", (row["item"] for row in rows))
    places = known.new("place", (row["place"] for row in rows if "place" in row))
    cells = ladders((row["cell"] for row in rows if "latitude" in row), known)
    before: list[Step] = [("load.merge_cells", {"rows": cells})] if cells else []
    if places:
        named = [{"id": place_id(name), "name": name} for name in places]
        before.append(("load.merge_places", {"rows": named}))
    if users or items:
        before.append(("load.merge_bare_nodes", {"users": users, "items": items}))
    answers = commit(graph, before, known) if before else []
    bare_items = answers[-1][0]["items"] if items else 0
    known.add("user", users)
    known.add("item", items)
    known.add("place", places)
    known.add("cell", (cell["id"] for cell in cells))

    events = sorted(rows, key=itemgetter("id"))
    answer = commit(graph, [("load.merge_events", {"rows": events}), *then], known)[0][0]
    changed, conflicts = frozenset(answer["changed"]), frozenset(answer["conflicts"])
    if replace:
        changed, conflicts = changed | conflicts, frozenset()
    if changed:
        later = [row for row in events if row["id"] in changed]
        commit(graph, [("load.replace_events", {"rows": later})], known)
    refused = {index: CONFLICT for index, row in enumerate(rows) if row["id"] in conflicts}
    return Outcome(answer["created"], len(changed), bare_items, refused)


def write_strict_events(
    graph: Graph,
    rows: Sequence[Row],
    known: Known,
    then: Sequence[Step] = (),
    *,
    replace: bool = False,
) -> Outcome:
    """Merge events whose items the graph has, and refuse the others."""
    ids = sorted({row["item"] for row in rows})
    missing = {row["id"] for row in graph.read("load.find_missing_items", {"ids": ids})}
    refused = unknown_items(rows, lambda item: item not in missing)
    kept = [index for index in range(len(rows)) if index not in refused]
    good, then = [rows[index] for index in kept], () if refused else then
    outcome = write_events(graph, good, known, then, replace=replace)
    outcome.refused = refused | {kept[index]: fault for index, fault in outcome.refused.items()}
    return outcome


def unknown_items(rows: Sequence[Row], is_known: Callable[[str], bool]) -> dict[int, RowError]:
    """Return what is wrong with events of unknown items, by their index."""
    return {
        index: RowError("item_id", f"'{row['item']}' is no item of the graph (--strict)")
        for index, row in enumerate(rows)
        if not is_known(row["item"])
    }


def write_friendships(
    graph: Graph, rows: Sequence[Row], known: Known, then: Sequence[Step] = ()
) -> Outcome:
    """Merge who knows whom."""
    users = known.new("user", (row[end] for row in rows for end in ("user", "friend")))
    if users:
        commit(graph, [("load.merge_bare_nodes", {"users": users, "items": []})], known)
        known.add("user", users)
    pairs = sorted(rows, key=itemgetter("user", "friend"))
    steps: list[Step] = [("load.merge_friendships", {"rows": pairs}), *then]
    return Outcome(commit(graph, steps, known)[0][0]["created"])


def write_bisected(
    write: Write, graph: Graph, rows: Sequence[Row], known: Known, then: Sequence[Step] = ()
) -> Outcome:
    """Write a batch; if the database refuses it, in halves, down to the rows that are at fault.

    Rows of who was erased meanwhile are refused, and of a time that was dropped. Raises
    DatabaseError when the database is gone or busy: then no row is at fault.
    """
    try:
        return write(graph, rows, known, then)
    except OutdatedError:
        return _write_of_others(write, graph, rows, known.again(), then)
    except DatabaseError as problem:
        if problem.transient:
            raise
        if len(rows) == 1:
            return Outcome(refused={0: RowError(None, str(problem))})
    middle = len(rows) // 2
    first = write_bisected(write, graph, rows[:middle], known)
    known = first.known or known
    second = write_bisected(write, graph, rows[middle:], known)
    moved = {index + middle: fault for index, fault in second.refused.items()}
    return Outcome(
        first.created + second.created,
        first.updated + second.updated,
        first.bare_items + second.bare_items,
        first.refused | moved,
        second.known or first.known,
    )


def _write_of_others(
    write: Write, graph: Graph, rows: Sequence[Row], known: Known, then: Sequence[Step]
) -> Outcome:
    """Write the rows of a batch that are still not to be hidden."""
    faults = [known.erased.fault(row) for row in rows]
    kept = [index for index, fault in enumerate(faults) if fault is None]
    refused = {index: fault for index, fault in enumerate(faults) if fault is not None}
    outcome = Outcome()
    if kept:
        good, then = [rows[index] for index in kept], () if refused else then
        outcome = write_bisected(write, graph, good, known, then)
    outcome.refused = refused | {kept[index]: fault for index, fault in outcome.refused.items()}
    outcome.known = outcome.known or known
    return outcome


def ladders(cells: Iterable[str | None], known: Known) -> list[Row]:
    """Return the rows of cells and of those around them that are not known, coarse ones first."""
    rows = {
        row["id"]: row for cell in known.new("cell", filter(None, cells)) for row in ladder(cell)
    }
    new = [rows[name] for name in known.new("cell", map(str, rows))]
    return sorted(new, key=itemgetter("resolution", "id"))
