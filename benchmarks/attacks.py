"""What attackers find about people in what is published and recommended, on real check-ins.

    python benchmarks/attacks.py --items pois.csv --events checkins.csv --map … --timezone UTC

First published tables are attacked, exact, suppressed and with noise: was somebody in it, where do
they live? Then every other user is taken away, statistics are derived, and a stranger asks for
recommendations near what people did, of those who are in the graph and of those who are not. Each
figure has its interval of 95 %.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from checkins import EPSILONS, LEAST, RESOLUTION, arguments, contributions, loaded

from chronotope import Client, catalogue
from chronotope.analysis import grid
from chronotope.client.publishing import PER_PERSON
from chronotope.privacy import attacks, judge
from chronotope.secrecy import noise
from chronotope.secrecy.noise import bounded

_NIGHT = [*range(19, 24), *range(7)]
_ASKED = 20
_RARE = 5

Way = tuple[str, Callable[[Counter[Any]], attacks.Table[Any]], float | None, int, int]


def main() -> None:
    """Run all attacks and print what they find."""
    given = arguments(__doc__, trials=400, strangers=150, seed=0)
    generator = np.random.default_rng(given.seed)
    with loaded(given) as (client, at, areas):
        where = {"areas": areas, "at": at}
        cells = sorted(set(areas.values()))
        visits = contributions(client.graph, "publish.read_cells", where)
        nights = contributions(client.graph, "publish.read_cells", {**where, "hours": _NIGHT})
        _membership(visits, cells, given.trials, generator)
        _home([night[:1] for night in nights if night], cells, given.trials, generator)
        _strangers(client, at, areas, given.strangers, generator)


def _ways(domain: Sequence[str], bound: int, most: int) -> Iterator[Way]:
    """Yield how a table is published: name, how, ε, from how many people on, and the bound."""
    yield "exact", lambda counts: {key: counts[key] for key in domain}, None, 0, most
    yield (
        f"suppressed below {LEAST}",
        lambda counts: attacks.suppressed(counts, domain, LEAST),
        None,
        LEAST,
        most,
    )
    for epsilon in EPSILONS:
        made = noise.laplace(epsilon, bound)
        yield f"ε = {epsilon}", _noisy(made, domain), epsilon, 0, bound


def _noisy(made: noise.Noise, domain: Sequence[str]) -> Callable[[Counter[Any]], dict[Any, int]]:
    return lambda counts: made.over(domain, counts)


def _membership(
    people: list[list[str]], cells: Sequence[str], trials: int, generator: np.random.Generator
) -> None:
    domain = set(cells)
    chosen = generator.choice(len(people), min(trials, len(people)), replace=False)
    inside, outside, sample = np.array_split(generator.permutation(len(people)), 3)
    print("Was somebody in the table of people by cell?")
    print(f"{'':20} {'knows all others: AUC':22} {'advantage':22} at most  knows a sample: AUC")
    for name, publish, epsilon, least, most in _ways(cells, PER_PERSON["cells"], len(cells)):
        whole = bounded(people, most, domain)
        scores: tuple[list[float], list[float]] = ([], [])
        for n in chosen:
            own = bounded([people[n]], most, domain)
            others = whole - own
            for scored, counts in zip(scores, (whole, others), strict=True):
                scored.append(attacks.membership(publish(counts), others, own, least))
        table = publish(bounded((people[n] for n in inside), most, domain))
        known = bounded((people[n] for n in sample), most, domain)
        alike = [
            [attacks.resemblance(table, known, set(people[n])) for n in part]
            for part in (inside, outside)
        ]
        limit = judge.bound(epsilon) if epsilon else 1.0
        print(f"{name:20} {judge.auc(*scores)!s:22} {judge.advantage(*scores)!s:22} {limit:7.2f}"
              f"  {judge.auc(*alike)}", flush=True)  # fmt: skip


def _home(
    homes: list[list[str]], cells: Sequence[str], trials: int, generator: np.random.Generator
) -> None:
    chosen = generator.choice(len(homes), min(trials, len(homes)), replace=False)
    whole = bounded(homes, 1, set(cells))
    usual = [sum(count for _, count in whole.most_common(k)) / len(homes) for k in (1, 5)]
    print(f"\nWhere does somebody spend their nights, of {len(homes):,} people?")
    print(f"{'':20} {'first guess':22} among five")
    print(f"{'the largest cells':20} {usual[0]:<22.2f} {usual[1]:.2f}")
    for name, publish, epsilon, least, _ in _ways(cells, 1, 1):
        ranks = []
        for n in chosen:
            others = whole - Counter(homes[n])
            guesses = attacks.home(publish(whole), others, 1 / epsilon if epsilon else 0, least)
            ranks.append(guesses.index(homes[n][0]))
        first, five = (judge.share([rank < k for rank in ranks]) for k in (1, 5))
        print(f"{name:20} {first!s:22} {five}", flush=True)


def _strangers(
    client: Client,
    at: datetime,
    areas: Mapping[str, str],
    count: int,
    generator: np.random.Generator,
) -> None:
    queries = catalogue.load(Path(__file__).parent / "cypher")
    rows = client.graph.read(queries["read_persons"], {"areas": areas, "k": _RARE})
    persons = {row["id"]: row for row in rows}
    left_out = set(generator.choice(list(persons), len(persons) // 2, replace=False).tolist())
    client.graph.write(queries["leave_out"], {"users": sorted(left_out)})
    client.derive(at=at)
    users = {row["id"]: row["users"] or 0 for row in client.graph.read("export.read_items")}
    order = generator.permutation(list(persons)).tolist()

    def kept(answer: Sequence[Any], least: int) -> list[Any]:
        return [item for item in answer if users[item.id] >= least]

    scores: dict[tuple[int, bool], list[float]] = {}
    for name in [name for name in order if len(persons[name]["rare"]) == _RARE][:count]:
        rare = persons[name]["rare"]
        answers = [
            client.discover(here=(place["latitude"], place["longitude"]), at=at, k=_ASKED)
            for place in rare
        ]
        own = {place["id"] for place in rare}
        for least in (0, LEAST):
            ranked = [[item.id for item in kept(answer, least)] for answer in answers]
            found = scores.setdefault((least, name in left_out), [])
            found.append(attacks.exposure(own, ranked))
    print(f"\nWas somebody in the data? A stranger asks near {_RARE} places of theirs, the rarest")
    for least, told in ((0, "as it is"), (LEAST, f"items of {LEAST} people or more")):
        print(f"{told:28} AUC {judge.auc(scores[least, False], scores[least, True])}", flush=True)

    right: dict[tuple[int, bool, int], list[bool]] = {}
    able = [
        name
        for name in order
        if persons[name]["home"]
        and persons[name]["work"]
        and persons[name]["work"]["cell"] != persons[name]["home"]
    ]
    for number, name in enumerate(able[:count]):
        work, home = persons[name]["work"], persons[name]["home"]
        stranger = f"stranger {number}"
        client.record(stranger, work["id"], at=at)
        answer = client.discover(
            stranger,
            here=(work["latitude"], work["longitude"]),
            at=at + timedelta(hours=1),
            k=_ASKED,
        )
        for least in (0, LEAST):
            cells = [
                grid.cell_at(item.location.latitude, item.location.longitude, RESOLUTION)
                for item in kept(answer, least)
                if item.location
            ]
            guesses = attacks.elsewhere(cells, work["cell"])
            for k in (1, 5):
                right.setdefault((least, name in left_out, k), []).append(home in guesses[:k])
    print("\nWhere does somebody spend their nights? A stranger was at their work, and asks there")
    for least, told in ((0, "as it is"), (LEAST, f"items of {LEAST} people or more")):
        for gone, whose in ((False, "in the data"), (True, "not in the data")):
            first, five = (judge.share(right[least, gone, k]) for k in (1, 5))
            print(f"{told:28} {whose:16} first {first}, among five {five}")


if __name__ == "__main__":
    main()
