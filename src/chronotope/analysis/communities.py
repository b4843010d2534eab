"""Communities of people: found from their ties, described by what they do more than others.

Leiden's method (Traag, Waltman and van Eck, From Louvain to Leiden, 2019) maximises modularity
(Newman and Girvan, 2004); influence is PageRank (Brin and Page, 1998), and betweenness (Freeman,
1977) is sampled from some people (Geisberger, Sanders and Schultes, 2008). All are networkit's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy import stats

from chronotope.analysis.ties import Places, Visits, named
from chronotope.errors import InputError
from chronotope.statistics import Floats, Ints

ERROR = 0.05
"""The share of what is told of communities that may be chance: the false-discovery rate."""
WORK = 150_000_000
"""Steps along ties that betweenness may take: so many are sampled, and at least `FEWEST`."""
FEWEST, MOST = 16, 512
"""People whose shortest paths are looked at; of as many as `MOST` or fewer, all are."""

_ITERATIONS = 20
_HOURS = 24


@dataclass(frozen=True)
class Partition:
    """The community of each person, by number, the largest first; -1 is none.

    `modularity` is that of all groups, those that are too small to be communities included.
    """

    member: Ints
    sizes: Ints
    modularity: float


@dataclass(frozen=True)
class Centrality:
    """How much people hold together, 0 for those without ties.

    `influence` is 1 on average over all who have ties. `betweenness` is the share of all pairs of
    others whose shortest path leads through the person, a tie being as long as it is weak; it is
    estimated from the paths of so many `sampled` people.
    """

    influence: Floats
    betweenness: Floats
    sampled: int


@dataclass(frozen=True)
class Trait:
    """What a community does more than others: an interest, an hour, a cell or a place.

    An hour is one of the local day; a cell, of about 5 km², has the name of what most people visit
    there. `share` is its part of what members do, `everyone` that of all people, each person
    counting the same; `lift` is their ratio, and `people` so many members did it. `z` is how many
    standard deviations the share lies above that of as many people drawn at random.
    """

    kind: str
    id: str
    name: str
    share: float
    everyone: float
    people: int
    z: float

    @property
    def lift(self) -> float:
        """How many times as much of it members do as all people."""
        return self.share / self.everyone


def partition(ties: sp.csr_array, *, seed: int = 0, least: int = 1) -> Partition:
    """Divide people into communities of `least` people or more. The same seed gives the same.

    Raises InputError without the extra `analysis`.
    """
    networkit = _networkit(seed)
    people = _tied(ties)
    member = np.full(ties.shape[0], -1)
    if not len(people):
        return Partition(member, np.zeros(0, np.int64), 0.0)
    graph = _graph(networkit, ties, people, lambda weight: weight)
    leiden = networkit.community.ParallelLeiden(graph, randomize=True, iterations=_ITERATIONS)
    found = leiden.run().getPartition()
    modularity = float(networkit.community.Modularity().getQuality(found, graph))
    _, first, number, size = np.unique(
        np.array(found.getVector()), return_index=True, return_inverse=True, return_counts=True
    )
    order = np.lexsort((first, -size))  # of two of one size, the one with the first person
    rank = np.empty(len(order), np.int64)
    rank[order] = np.where(size[order] >= least, np.arange(len(order)), -1)
    member[people] = rank[number]
    return Partition(member, size[order][size[order] >= least], modularity)


def centrality(ties: sp.csr_array, *, seed: int = 0) -> Centrality:
    """Compute how much each person holds together. Raises InputError without `analysis`."""
    networkit = _networkit(seed)
    people = _tied(ties)
    influence, betweenness = np.zeros(ties.shape[0]), np.zeros(ties.shape[0])
    if not len(people):
        return Centrality(influence, betweenness, 0)
    graph = _graph(networkit, ties, people, lambda weight: weight)
    ranks = np.array(networkit.centrality.PageRank(graph, tol=1e-12).run().scores())
    influence[people] = ranks / ranks.mean()
    far = _graph(networkit, ties, people, lambda weight: 1 / weight)
    sampled = int(np.clip(WORK // max(ties.nnz, 1), FEWEST, MOST))
    if len(people) <= sampled:
        sampled = len(people)
        paths = networkit.centrality.Betweenness(far, normalized=True)
    else:
        paths = networkit.centrality.EstimateBetweenness(far, sampled, normalized=True)
    betweenness[people] = paths.run().scores()
    return Centrality(influence, betweenness, sampled)


def traits(
    visits: Visits, places: Places, member: Ints, communities: int, *, least: int = 5
) -> list[list[Trait]]:
    """Describe each community by what its members do more than others, the clearest first.

    Of each person the shares of interests, hours, cells and places are taken, so that nobody counts
    for more than one; a share is compared with that of as many people drawn at random from all, and
    told where it is larger, by `least` members or more, with a false-discovery rate of `ERROR`
    (Benjamini and Hochberg, 1995) over all that is compared.
    """
    if not communities:
        return []
    users = len(visits.users)
    everything = np.arange(len(visits))
    clock = [str(hour) for hour in range(_HOURS)]
    about = sp.coo_array(places.about[visits.item])
    clocked = everything[visits.hour >= 0]
    placed = everything[visits.area >= 0]
    columns: list[tuple[str, Sequence[str], Sequence[str], Any, Any]] = [
        (
            "interest", [row["id"] for row in places.interests],
            [row["name"] for row in places.interests], about.row, about.col,
        ),
        ("hour", clock, clock, clocked, visits.hour[clocked] % _HOURS),
        ("cell", visits.areas, named(visits, places, least), placed, visits.area[placed]),
        ("place", list(places.index), places.names, everything, visits.item),
    ]  # fmt: skip
    found: list[tuple[int, Trait]] = []
    chances: list[Floats] = []
    for kind, ids, names, event, feature in columns:
        shape = (users, len(ids))
        done = sp.coo_array((visits.weight[event], (visits.user[event], feature)), shape=shape)
        shares = sp.csr_array(done)
        total = np.bincount(visits.user, visits.weight, minlength=users)
        shares = sp.csr_array(shares.multiply(1 / np.maximum(total, 1e-300)[:, None]))
        compared, chance = _compare(kind, ids, names, shares, member, communities, least)
        found += compared
        chances.append(chance)
    chosen = _discoveries(np.concatenate(chances)) if chances else []
    result: list[list[Trait]] = [[] for _ in range(communities)]
    for (community, trait), clear in zip(found, chosen, strict=True):
        if clear:
            result[community].append(trait)
    for listed in result:
        listed.sort(key=lambda trait: (-trait.z, trait.kind, trait.id))
    return result


def _compare(
    kind: str,
    ids: Sequence[str],
    names: Sequence[str],
    shares: sp.csr_array,
    member: Ints,
    communities: int,
    least: int,
) -> tuple[list[tuple[int, Trait]], Floats]:
    """Compare shares of communities with those of people drawn at random; return chances too."""
    users = shares.shape[0]
    belongs = np.flatnonzero(member[:users] >= 0)
    of = sp.csr_array(
        (np.ones(len(belongs)), (member[belongs], belongs)), shape=(communities, users)
    )
    size: Floats = np.asarray(of.sum(axis=1)).ravel()
    mean = np.asarray(shares.sum(axis=0)).ravel() / max(users, 1)
    square = np.asarray(shares.multiply(shares).sum(axis=0)).ravel() / max(users, 1)
    spread = np.maximum(square - mean**2, 0)
    total = sp.coo_array(of @ shares)
    people = sp.csr_array(of @ (shares > 0).astype(float))
    if not total.nnz:
        return [], np.zeros(0)
    row, column = np.asarray(total.row), np.asarray(total.col)
    count = np.asarray(people[row, column]).ravel()
    share = total.data / size[row]
    # The mean of n drawn without replacement from N varies by (N - n) / (N - 1) of that of n.
    left = (users - size[row]) / max(users - 1, 1)
    deviation = np.sqrt(spread[column] * left / size[row])
    told = np.flatnonzero((count >= least) & (deviation > 0))
    z = (share[told] - mean[column[told]]) / deviation[told]
    found = []
    for n, clear in zip(told.tolist(), z.tolist(), strict=True):
        feature = int(column[n])
        everyone, did = float(mean[feature]), int(count[n])
        trait = Trait(kind, ids[feature], names[feature], float(share[n]), everyone, did, clear)
        found.append((int(row[n]), trait))
    return found, np.asarray(stats.norm.sf(z))


def _discoveries(chance: Floats) -> Sequence[bool]:
    if not len(chance):
        return []
    adjusted = stats.false_discovery_control(chance)
    clear: list[bool] = (adjusted <= ERROR).tolist()
    return clear


def _tied(ties: sp.csr_array) -> Ints:
    return np.flatnonzero(np.diff(ties.indptr))


def _graph(
    networkit: Any, ties: sp.csr_array, people: Ints, length: Callable[[Floats], Floats]
) -> Any:
    """Return the graph of those who have ties, each tie once."""
    own = sp.coo_array(sp.triu(ties[people][:, people], 1))
    edges = (length(own.data), (own.row.astype(np.uint64), own.col.astype(np.uint64)))
    return networkit.GraphFromCoo(edges, len(people), weighted=True)


def _networkit(seed: int) -> Any:
    """Return networkit, with one thread: several would find other communities every time."""
    try:
        import networkit
    except ImportError:
        raise InputError(
            "Communities need networkit; install the extra: pip install 'chronotope[analysis]'."
        ) from None
    networkit.setNumberOfThreads(1)
    networkit.setSeed(seed, False)
    return networkit
