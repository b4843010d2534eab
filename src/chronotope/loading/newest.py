"""Which events a graph needs whose past is kept elsewhere: the last ones, and what each user had.

Users and items are told apart by 64-bit hashes; an event takes 16 bytes while all are looked at.
"""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chronotope.loading.validate import Row


@dataclass(frozen=True)
class Newest:
    """The moment from which on all events count, and of what came before the newest of its subject.

    A subject is what one user did with one item, by kind: who looks at what they bought still has
    it. `subjects` (sorted hashes) and `millis` have an entry each.
    """

    since: int
    subjects: NDArray[np.int64]
    millis: NDArray[np.int64]

    def has(self, row: Row) -> bool:
        """Tell whether an event is one of these; one of a file that grew meanwhile is."""
        if row["epochMillis"] >= self.since:
            return True
        subject = _subject(row)
        place = np.searchsorted(self.subjects, subject)
        if place == len(self.subjects) or self.subjects[place] != subject:
            return True
        return bool(self.millis[place] <= row["epochMillis"])


def newest(rows: Iterable[Row], last: int) -> Newest:
    """Look through events for the `last` ones, and every subject's newest."""
    hashes, moments = array("q"), array("q")
    for row in rows:
        hashes.append(_subject(row))
        moments.append(row["epochMillis"])
    subjects, millis = np.array(hashes, np.int64), np.array(moments, np.int64)
    if len(millis) <= last:
        return Newest(min(moments, default=0), subjects[:0], millis[:0])
    since = int(np.partition(millis, -last)[-last])
    order = np.lexsort((millis, subjects))
    subjects, millis = subjects[order], millis[order]
    latest = np.append(subjects[1:] != subjects[:-1], True)
    return Newest(since, subjects[latest], millis[latest])


def _subject(row: Row) -> int:
    return hash((row["user"], row["item"], row["kind"]))
