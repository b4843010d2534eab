"""Find out whether somebody is in the data, and where they live, from what everybody may see. Pure.

The attacker of a table knows what all others did, and of the person either what they did
(membership) or that they are there (home): that is whom differential privacy is made against. A
table has a count of people for each key; a suppressed count is None.

The attacker of recommendations is a stranger who may ask, and knows some of what the person did.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from math import inf, log
from typing import TypeVar

Key = TypeVar("Key")
Table = Mapping[Key, int | None]


def suppressed(
    counts: Mapping[Key, int], domain: Iterable[Key], least: int
) -> dict[Key, int | None]:
    """Return a table in which counts of fewer than `least` people are not told."""
    return {key: counts[key] if counts.get(key, 0) >= least else None for key in domain}


def membership(
    table: Table[Key], others: Mapping[Key, int], own: Iterable[Key], least: int = 0
) -> float:
    """Return how much the table looks as if it had the person, beside as if it had not.

    `own` are the keys that the person counts for. It is the logarithm of the ratio of likelihoods
    under noise of Laplace's distribution, times its scale (Neyman and Pearson, 1933): above 0 the
    person is more likely there. A count that is None would be told from `least` people on.
    """
    return sum(_evidence(table, others.get(key, 0), key, least) for key in own)


def resemblance(table: Table[Key], reference: Mapping[Key, int], own: Collection[Key]) -> float:
    """Return how much more the table has of what the person did than a sample of others has.

    Its attacker knows other people of the same town, and none of those in the table (Homer et al.,
    2008). What is suppressed is passed over; counts of both are shares of their sums.
    """
    told = {key: count for key, count in table.items() if count is not None}
    whole, usual = sum(told.values()), sum(reference.values())
    if whole <= 0 or usual <= 0:
        return 0.0
    return sum(told[key] / whole - reference.get(key, 0) / usual for key in own if key in told)


def home(table: Table[Key], others: Mapping[Key, int], scale: float, least: int = 0) -> list[Key]:
    """Return where a person may live, the likeliest first; each person counts in one cell.

    What is usual of others is the prior, one more everywhere; `scale` is that of the noise, 0
    without any.
    """
    whole = sum(max(others.get(key, 0), 0) + 1 for key in table)
    likelihood: dict[Key, float] = {}
    for key in table:
        known = max(others.get(key, 0), 0)
        evidence = _evidence(table, known, key, least)
        weight = inf if scale == 0 else 1 / scale
        likelihood[key] = log((known + 1) / whole) + (evidence * weight if evidence else 0.0)
    return sorted(likelihood, key=lambda key: (-likelihood[key], str(key)))


def exposure(own: Collection[Key], answers: Iterable[Sequence[Key]]) -> float:
    """Return how high answers rank what a person did: the mean of 1 / rank, 0 where it is not.

    Each answer has what was recommended to a stranger near one of the person's places.
    """
    found = [
        max((1 / rank for rank, key in enumerate(answer, 1) if key in own), default=0.0)
        for answer in answers
    ]
    return sum(found) / len(found) if found else 0.0


def elsewhere(cells: Iterable[Key], known: Key) -> list[Key]:
    """Return the cells of what is recommended, but the one that is known, each once."""
    return [cell for cell in dict.fromkeys(cells) if cell != known]


def _evidence(table: Table[Key], others: int, key: Key, least: int) -> float:
    """Return what one count says for the person being in it, between -1 and 1."""
    count = table.get(key)
    if count is not None:
        return float(abs(count - others) - abs(count - others - 1))
    return -1.0 if others + 1 >= least else 0.0
