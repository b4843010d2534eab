"""What differential privacy costs: published tables beside exact ones, on real check-ins.

    python benchmarks/publish.py --items pois.csv --events checkins.csv --map … --timezone UTC

For each ε, of several draws: the 95 % error that is promised, the mean error of a number, the rank
correlation with the exact table, how much of its largest quarter (20 at most) is the largest
quarter of the published one, and how much of the exact table the bound of a person keeps; hotspots
of published counts beside those of exact ones; and how many flows are told.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from checkins import EPSILONS, LEAST, arguments, contributions, loaded
from scipy import stats

from chronotope.analysis import hotspots
from chronotope.client.publishing import DELTA, PER_PERSON
from chronotope.secrecy import noise
from chronotope.secrecy.noise import bounded
from chronotope.statistics import Floats

_TOP = 20


def main() -> None:
    """Run the benchmark and print tables."""
    given = arguments(__doc__, draws=50)
    with loaded(given) as (client, at, areas):
        where = {"areas": areas, "at": at}
        graph, cells = client.graph, sorted(set(areas.values()))
        interests = [row["id"] for row in graph.read("publish.list_interests")]
        tables = {
            "cells": (contributions(graph, "publish.read_cells", where), cells),
            "interests": (contributions(graph, "publish.read_interests", {"at": at}), interests),
            "hours": (contributions(graph, "publish.read_hours", {"at": at}), range(24)),
        }
        flows = contributions(graph, "publish.read_flows", where)
    print("people by    numbers people bound    ε  95 %  mean error  median  rank  top  kept")
    for name, (people, domain) in tables.items():
        _cost(name, people, domain, given.draws)
    _hot(*tables["cells"], given.draws)
    _flows([[" ".join(pair) for pair in person] for person in flows], given.draws)


def _cost(name: str, people: list[list[Any]], domain: Sequence[Any], draws: int) -> None:
    exact, bound = bounded(people, len(domain), set(domain)), PER_PERSON[name]
    limited = bounded(people, bound, set(domain))
    truth, chosen = (_values(counts, domain) for counts in (exact, limited))
    for epsilon in EPSILONS:
        made = noise.laplace(epsilon, bound)
        told = [_values(made.over(domain, limited), domain) for _ in range(draws)]
        off = np.mean([np.abs(one - chosen).mean() for one in told])
        rank = np.mean([stats.spearmanr(one, truth).statistic for one in told])
        top = np.mean([_common(one, truth, min(_TOP, len(domain) // 4)) for one in told])
        print(
            f"{name:12} {len(domain):7,} {len(people):6,} {bound:5} {epsilon:4} {made.error:5.1f}"
            f" {off:11.1f} {np.median(truth):7.0f} {rank:5.2f} {top:4.0%}"
            f" {chosen.sum() / truth.sum():5.0%}"
        )


def _hot(people: list[list[Any]], cells: Sequence[str], draws: int) -> None:
    bound = PER_PERSON["cells"]
    exact, limited = bounded(people, len(cells)), bounded(people, bound)
    z, hot = _heat(cells, _values(exact, cells), 0.0)
    for epsilon in EPSILONS:
        made = noise.laplace(epsilon, bound)
        found = [
            _heat(cells, _values(made.over(cells, limited), cells), 2 * made.scale**2)
            for _ in range(max(draws // 10, 1))
        ]
        told = sum(int(one.sum()) for _, one in found)
        true = sum(int((one & hot).sum()) for _, one in found)
        print(
            f"hotspots, ε = {epsilon}: {told / len(found):.1f} found of {hot.sum()}, precision"
            f" {true / max(told, 1):.0%}, recall {true / len(found) / max(hot.sum(), 1):.0%},"
            f" correlation of z {np.mean([np.corrcoef(z, one)[0, 1] for one, _ in found]):.2f}"
        )


def _heat(cells: Sequence[str], values: Floats, variance: float) -> tuple[Floats, Any]:
    excess = hotspots.excess(values, np.full(len(cells), values.mean()), variance)
    found = hotspots.heat(cells, excess)
    return found.z, (found.q <= 0.05) & (excess > 0)


def _flows(people: list[list[str]], draws: int) -> None:
    exact, limited = bounded(people, 10**6), bounded(people, PER_PERSON["flows"])
    told = sum(count >= LEAST for count in exact.values())
    print(f"flows: {len(exact):,} pairs, {told:,} told by suppression below {LEAST}")
    for epsilon in EPSILONS:
        made = noise.thresholded(epsilon, DELTA, PER_PERSON["flows"])
        found = np.mean([len(made.above(limited)) for _ in range(draws)])
        print(f"flows, ε = {epsilon}: {found:.1f} told, from {made.threshold} people on")


def _values(counts: Any, domain: Sequence[Any]) -> Floats:
    return np.array([counts[key] for key in domain], float)


def _common(told: Floats, truth: Floats, k: int) -> float:
    """Return which share of the k largest is among the k largest that were told."""
    one, other = (set(np.argsort(-x, kind="stable")[:k].tolist()) for x in (told, truth))
    return len(one & other) / k


if __name__ == "__main__":
    main()
