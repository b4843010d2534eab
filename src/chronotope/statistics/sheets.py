"""What was derived, of items and of categories, and what differs of what stands. Pure."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chronotope.statistics.links import Links
from chronotope.statistics.tolerance import OF_LINKS, OF_NUMBERS, Tolerance, all_stay, stays

Row = dict[str, Any]

Change = tuple[str, str, list[Row], int]
"""A query, what it writes, its rows, and how many they count for."""

RETIRED = ("attraction", "firstVisitsTrend", "idf")
"""Numbers of items that earlier versions derived, and queries compute now."""

_NEVER: tuple[Any, ...] = ()  # equals the numbers of no link


@dataclass(frozen=True)
class Kind:
    """A kind of links: what it is called, the column that reads it, the query that writes it.

    `ids` are those of the others.
    """

    what: str
    column: str
    query: str
    links: Links
    ids: Sequence[str]

    def take(self, chosen: Sequence[int]) -> "Kind":
        """Keep the links of the chosen ones, and the ids of their others."""
        links = self.links.take(chosen)
        others, other = np.unique(links.other, return_inverse=True)
        ids = [self.ids[k] for k in others.tolist()]
        return replace(self, links=replace(links, other=other), ids=ids)


@dataclass(frozen=True)
class Sheet:
    """All that is derived of items, or of categories: numbers by name, tastes, links.

    `read` and `write` are the queries of the numbers. Where `linked` is given, links among `ids`
    are compared that begin at one of these alone; the others stay as they stand. Numbers that are
    `retired` are removed where an earlier version had written them. What need not stand `exactly`
    is left while it hardly moves.
    """

    what: str
    read: str
    write: str
    ids: Sequence[str]
    numbers: Mapping[str, NDArray[Any]]
    kinds: Sequence[Kind]
    tastes: NDArray[np.float32] | None = None
    linked: frozenset[str] | None = None
    retired: Sequence[str] = ()
    exactly: bool = True

    def take(self, chosen: Sequence[int]) -> "Sheet":
        """Keep the chosen ones, with what their links need of the others."""
        return replace(
            self,
            ids=[self.ids[k] for k in chosen],
            numbers={name: column[chosen] for name, column in self.numbers.items()},
            kinds=[kind.take(chosen) for kind in self.kinds],
            tastes=None if self.tastes is None else self.tastes[chosen],
        )

    def leaves(self, k: int, kind: Kind) -> bool:
        """Tell whether the links of `k` of a kind are left as they stand."""
        return self.linked is not None and kind.ids is self.ids and self.ids[k] not in self.linked


def most_linked_first(sheet: Sheet) -> list[int]:
    """Return the numbers of a sheet in the order in which they are written.

    Whoever links a node of few relationships has it for themselves until the transaction ends; that
    one of many is shared. So those come first that most others will be linked to.
    """
    linked = np.zeros(len(sheet.ids), np.int64)
    for kind in sheet.kinds:
        if kind.ids is sheet.ids:
            linked += np.bincount(kind.links.other, minlength=len(linked))
    order: list[int] = np.argsort(-linked, kind="stable").tolist()
    return order


def changes(sheet: Sheet, found: Sequence[tuple[int, Row]]) -> Iterator[Change]:
    """Yield what differs of what stands, a change of each kind."""
    columns = {
        name: column[[k for k, _ in found]].tolist() for name, column in sheet.numbers.items()
    }
    names, gone = [*sheet.numbers, *sheet.retired], [None] * len(sheet.retired)
    of_numbers, of_links = (None, None) if sheet.exactly else (OF_NUMBERS, OF_LINKS)
    rows: list[Row] = []
    for place, (k, old) in enumerate(found):
        now = [*(_or_null(column[place]) for column in columns.values()), *gone]
        moved = {
            name: one
            for name, one, before in zip(names, now, old["numbers"], strict=True)
            if not stays(name, one, before, of_numbers)
        }
        if moved:
            rows.append({"id": sheet.ids[k], "numbers": moved})
    yield sheet.write, sheet.what, rows, len(rows)
    if sheet.tastes is not None:
        tastes = [(sheet.ids[k], vector(sheet.tastes[k]), old["taste"]) for k, old in found]
        rows = [{"id": name, "taste": new} for name, new, old in tastes if new != old]
        yield "derive.write_tastes", f"tastes of {sheet.what}", rows, len(rows)
    for kind in sheet.kinds:
        rows, count = [], 0
        for k, old in found:
            if sheet.leaves(k, kind):
                continue
            links = kind.links.rows(k, kind.ids)
            old_ones, new = _difference(old[kind.column], links, tuple(kind.links.values), of_links)
            count += len(old_ones | new)
            if old_ones or new:
                others = [
                    {"id": other, **dict(zip(kind.links.values, links[other], strict=True))}
                    for other in sorted(new)
                ]
                rows.append({"id": sheet.ids[k], "gone": sorted(old_ones), "others": others})
        yield kind.query, kind.what, rows, count


def _difference(
    stands: Sequence[Sequence[Any]],
    links: Mapping[str, tuple[Any, ...]],
    names: Sequence[str],
    tolerances: Mapping[str, Tolerance] | None,
) -> tuple[set[str], set[str]]:
    """Return the others whose links are to be deleted, and those whose are to be created."""
    known: dict[str, tuple[Any, ...]] = {}
    for other, *values in stands:  # there twice: two derivations at once had written it
        known[other] = _NEVER if other in known else tuple(values)
    left = {
        other
        for other, values in links.items()
        if all_stay(names, values, known.get(other, _NEVER), tolerances)
    }
    return known.keys() - left, links.keys() - left


def _or_null(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value


def vector(row: NDArray[np.float32] | None) -> list[float] | None:
    """Return a taste as a query takes it; NaN is none."""
    return None if row is None or np.isnan(row[0]) else row.tolist()
