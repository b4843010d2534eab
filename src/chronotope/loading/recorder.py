"""Events that a program tells, in batches: those that are not recorded are told one by one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import islice

from chronotope.graph import Graph
from chronotope.loading import validate
from chronotope.loading.columns import DEFAULTS, ReadOptions
from chronotope.loading.guard import guard
from chronotope.loading.hiding import ERASED, FORGOTTEN, Erased, hidden
from chronotope.loading.rejection import RowError
from chronotope.loading.times import latest
from chronotope.loading.validate import Row
from chronotope.loading.write import CONFLICT, Known, write_bisected, write_events

_BATCH = 1000


@dataclass(frozen=True)
class Refusal:
    """A row that is not recorded: its number from 0, its fate, its id, and what is wrong with it.

    The fate is 'conflict', 'unknown item' or 'refused', where its values cannot be used.
    """

    index: int
    fate: str
    id: str | None = None
    reason: str | None = None


@dataclass
class Tally:
    """What became of rows: new ones, those that changed an event, known ones, and the others."""

    rows: int = 0
    recorded: int = 0
    changed: int = 0
    known: int = 0
    refusals: list[Refusal] = field(default_factory=list)


def record_rows(
    graph: Graph,
    rows: Iterable[Mapping[str, str]],
    options: ReadOptions = DEFAULTS,
    *,
    create: bool = False,
) -> Tally:
    """Write rows with the columns of events, as text; with `create` unknown items become bare ones.

    They are written as the loader writes them: sorted by id, so that writers wait in no circle.
    """
    tally, known = Tally(), Known(partial(guard, graph, options.secrecy)).again()
    numbered = enumerate(rows)
    while batch := list(islice(numbered, _BATCH)):
        tally.rows += len(batch)
        told = _first_ones(batch, tally, options, known.erased)
        told = told if create else _of_known_items(graph, told, tally)
        known = _write(graph, told, known, tally)
    tally.refusals.sort(key=lambda refusal: refusal.index)
    return tally


def _first_ones(
    batch: Sequence[tuple[int, Mapping[str, str]]],
    tally: Tally,
    options: ReadOptions,
    erased: Erased,
) -> list[tuple[int, Row]]:
    """Return the rows of a batch that can be read, of those with one id the last."""
    until = latest(datetime.now(UTC))
    rows: dict[str, tuple[int, Row]] = {}
    for index, text in batch:
        try:
            if erased.is_any(text):
                raise ERASED
            row = validate.event(hidden(text, options.secrecy), options, until)
            if erased.is_forgotten(row):
                raise FORGOTTEN
        except RowError as fault:
            tally.refusals.append(Refusal(index, "refused", None, _sentence(fault)))
            continue
        _, earlier = rows.get(row["id"], (index, row))
        if any(earlier[name] != row[name] for name in ("user", "item", "epochMillis")):
            tally.refusals.append(Refusal(index, "conflict", row["id"]))
            continue
        if row["id"] in rows:
            tally.known += earlier == row
            tally.changed += earlier != row
        rows[row["id"]] = index, row
    return list(rows.values())


def _of_known_items(
    graph: Graph, rows: Sequence[tuple[int, Row]], tally: Tally
) -> list[tuple[int, Row]]:
    ids = sorted({row["item"] for _, row in rows})
    missing = {row["id"] for row in graph.read("load.find_missing_items", {"ids": ids})}
    tally.refusals += [
        Refusal(index, "unknown item", row["id"]) for index, row in rows if row["item"] in missing
    ]
    return [(index, row) for index, row in rows if row["item"] not in missing]


def _write(graph: Graph, rows: Sequence[tuple[int, Row]], known: Known, tally: Tally) -> Known:
    """Write rows, and return what the next ones are to be checked by."""
    if not rows:
        return known
    outcome = write_bisected(write_events, graph, [row for _, row in rows], known)
    tally.recorded += outcome.created
    tally.changed += outcome.updated
    tally.known += len(rows) - outcome.created - outcome.updated - len(outcome.refused)
    for place, fault in outcome.refused.items():
        index, row = rows[place]
        is_conflict = fault is CONFLICT
        tally.refusals.append(
            Refusal(
                index,
                "conflict" if is_conflict else "refused",
                row["id"],
                None if is_conflict else _sentence(fault),
            )
        )
    return outcome.known or known


def _sentence(fault: RowError) -> str:
    return f"{fault.column}: {fault.reason}" if fault.column else fault.reason
