"""Counts of people with differential privacy: bounded contributions, and the noise of OpenDP.

Two tables are neighbours if one is the other without one person, with all that they did. A
mechanism is (ε, δ)-differentially private if whatever it may print is at most e^ε times as likely
of one neighbour as of the other, but for a probability δ (Dwork et al., 2006). For that each person
counts at most once in each of at most `bound` counts, which are chosen by what they did themselves:
whoever is left out changes `bound` counts by 1 and nobody else's.

Over a public domain every count gets noise of the discrete Laplace distribution (Ghosh,
Roughgarden and Sundararajan, 2012), zeros too: ε, and δ is 0. Where the domain is too large, counts
of keys that occur get the noise, and those below a threshold are left out (Rogers, 2023): (ε, δ).
OpenDP draws from the system's random numbers, and proves what the scale costs.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from chronotope.errors import InputError
from chronotope.extras import needs

EXTRA = "privacy"
_ALPHA = 0.05
_LARGEST = 100.0  # ε of which nothing is protected any more

Key = TypeVar("Key", bound=Hashable)


def bounded(
    people: Iterable[Iterable[Key]], bound: int, domain: Collection[Key] | None = None
) -> Counter[Key]:
    """Count people by key: each counts once for the first `bound` of their keys in the domain.

    `people` has the keys of each person, in an order that is theirs alone. Without a `domain` every
    key is in it.
    """
    counts: Counter[Key] = Counter()
    for keys in people:
        own = dict.fromkeys(key for key in keys if domain is None or key in domain)
        counts.update(list(own)[:bound])
    return counts


@dataclass(frozen=True)
class Noise:
    """Noise for counts of people of whom each is in at most `bound`.

    `scale` is that of the discrete Laplace distribution, and `error` what 95 % of all counts are
    off by at most. Counts below `threshold` are left out; without one δ is 0.
    """

    epsilon: float
    delta: float
    bound: int
    scale: float
    error: float
    threshold: int | None = None

    def over(self, domain: Sequence[Key], counts: Mapping[Key, int]) -> dict[Key, int]:
        """Return the noisy count of every key of a public domain, in its order."""
        if self.threshold is not None:
            raise ValueError("This noise is for counts without a domain.")
        if not domain:
            return {}
        drawn = _laplace(self.scale)([counts.get(key, 0) for key in domain])
        return dict(zip(domain, drawn, strict=True))

    def above(self, counts: Mapping[str, int]) -> dict[str, int]:
        """Return the noisy counts of the keys that occur, of those that reach the threshold."""
        if self.threshold is None:
            raise ValueError("This noise is for the counts of a domain.")
        positive = {key: count for key, count in counts.items() if count > 0}
        drawn: dict[str, int] = _above(self.scale, self.threshold)(positive)
        return drawn


def laplace(epsilon: float, bound: int) -> Noise:
    """Return noise for counts over a public domain. Raises InputError, also without the extra."""
    _check(epsilon, bound)
    dp = _opendp()
    scale = dp.binary_search_param(_laplace, d_in=bound, d_out=epsilon, T=float)
    return Noise(epsilon, 0.0, bound, scale, _error(dp, scale))


def thresholded(epsilon: float, delta: float, bound: int) -> Noise:
    """Return noise and a threshold for counts of whatever occurs.

    Raises InputError for a delta that is not between 0 and 1, and without the extra.
    """
    _check(epsilon, bound)
    if not 0 < delta < 1:
        raise InputError(f"delta is a probability, more than 0 and less than 1, not {delta!r}.")
    dp = _opendp()
    scale = laplace(epsilon, bound).scale

    def holds(threshold: int) -> bool:
        # One person is in `bound` counts, adds `bound` in all, and 1 to each.
        return bool(_above(scale, threshold).check((bound, bound, 1), (epsilon, delta)))

    lowest, highest = 2, 2**31 - 1
    threshold = lowest if holds(lowest) else dp.binary_search(holds, (lowest, highest))
    # OpenDP 0.16 tells a count that equals the threshold, but its δ leaves that out (opendp#2922):
    # one more is what it says.
    return Noise(epsilon, delta, bound, scale, _error(dp, scale), threshold + 1)


def _check(epsilon: float, bound: int) -> None:
    if not 0 < epsilon <= _LARGEST:
        raise InputError(f"epsilon is more than 0 and at most {_LARGEST:.0f}, not {epsilon!r}.")
    if isinstance(bound, bool) or not isinstance(bound, int) or bound < 1:
        raise InputError(f"One person counts in how many numbers: 1 or more, not {bound!r}.")


def _opendp() -> Any:
    with needs(EXTRA):
        import opendp.prelude as dp
    dp.enable_features("contrib")  # what OpenDP has proofs of, whoever wrote it
    return dp


def _laplace(scale: float) -> Any:
    dp = _opendp()
    domain = dp.vector_domain(dp.atom_domain(T="i64"))
    return dp.m.make_laplace(domain, dp.l1_distance(T="i64"), scale=scale)


def _above(scale: float, threshold: int) -> Any:
    dp = _opendp()
    domain = dp.map_domain(dp.atom_domain(T=str), dp.atom_domain(T="i64"))
    metric = dp.l01inf_distance(dp.absolute_distance(T="i64"))
    return dp.m.make_laplace_threshold(domain, metric, scale=scale, threshold=threshold)


def _error(dp: Any, scale: float) -> float:
    return float(dp.discrete_laplacian_scale_to_accuracy(scale, _ALPHA))
