"""Instances that people give: a file with a row for each relevant item."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from chronotope import loading
from chronotope.errors import InputError
from chronotope.evaluation.tasks import Task
from chronotope.replay import Instance


@dataclass(frozen=True)
class Given:
    """Instances that were given, and remarks about rows that make none."""

    instances: Sequence[Instance]
    remarks: tuple[str, ...]


def read_given(
    path: str, task: Task, options: loading.ReadOptions, cut: datetime, until: datetime
) -> Given:
    """Read the instances of a file (user_id, timestamp, item_id) in [cut, until).

    Raises InputError when the file holds none of them.
    """
    rows: list[Mapping[str, Any]] = []

    def keep(batch: Sequence[Mapping[str, Any]]) -> dict[int, Any]:
        rows.extend(batch)
        return {}

    shared = replace(options, shared=True)
    summary = loading.read_into(keep, loading.EVENTS, [path], shared, loading.Watch())
    instances = instances_of(rows, task)
    inside = [instance for instance in instances if cut <= instance.at < until]
    if not inside:
        raise InputError(f"{path} holds no instance between cut and until.")
    remarks = summary.complaints()
    if outside := len(instances) - len(inside):
        remarks.append(f"{outside:,} instances are not between cut and until; they are not asked.")
    return Given(inside, tuple(remarks))


def instances_of(rows: Iterable[Mapping[str, Any]], task: Task) -> list[Instance]:
    """Return the instances of validated events: one for each, or for each user and moment."""
    relevant: dict[tuple[str, int, str], set[str]] = {}
    for row in rows:
        own = row["item"] if task.by_event else ""
        relevant.setdefault((row["user"], row["epochMillis"], own), set()).add(row["item"])
    return [
        Instance(user, datetime.fromtimestamp(millis / 1000, UTC), tuple(sorted(items)))
        for (user, millis, _), items in relevant.items()
    ]
