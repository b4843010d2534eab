"""What people are to each other, as of a moment: read from the graph, computed, written back."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from math import inf

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from chronotope.analysis import communities, ties
from chronotope.analysis.communities import Centrality, Partition, Trait
from chronotope.analysis.ties import Places, Visits
from chronotope.errors import InputError
from chronotope.graph import Graph
from chronotope.progress import Progress, silent
from chronotope.statistics import Floats, Ints, read_kinds
from chronotope.suggestions import did_you_mean

EVENTS, PEOPLE = 30, 10
"""Events, and people with ties, that communities need at least."""

_BATCH = 5000


@dataclass(frozen=True)
class Options:
    """How communities are found: an event counts e^(-age / `days`); `least` people are one."""

    days: float = 90.0
    seed: int = 0
    least: int = 5

    def __post_init__(self) -> None:
        if not self.days > 0:
            raise InputError("'days' are days after which an event counts 1/e, more than 0.")
        if self.least < 2:
            raise InputError("A community has 2 people or more.")


@dataclass(frozen=True)
class Society:
    """All that was found; arrays have one entry a person.

    `strength` is what all ties of a person weigh, `within` the share of those that stay in the
    community (0 without one), `reached` how many communities ties lead to. `between` is what ties
    between communities weigh, and `crossing` how many they are, each tie once.
    """

    people: list[str]
    events: int
    ties: sp.csr_array
    partition: Partition
    centrality: Centrality
    traits: list[list[Trait]]
    strength: Floats
    within: Floats
    reached: Floats
    between: Floats
    crossing: Floats

    @property
    def tied(self) -> int:
        """How many people have ties."""
        return int((self.strength > 0).sum())


def read(graph: Graph, at: datetime, days: float) -> tuple[Visits, Places]:
    """Read what people did before a moment, and where; an event counts e^(-age / `days`)."""
    kinds = read_kinds(graph)
    places = ties.places_of(
        graph.read("communities.read_items"), graph.read("communities.read_interests")
    )
    visits = graph.fold(
        "derive.read_events",
        {"at": at, "kinds": kinds.numbers},
        lambda rows: ties.visits_of(rows, places, kinds, at.timestamp(), days),
        timeout=inf,
    )
    return visits, places


def about(graph: Graph, visits: Visits, places: Places, interest: str) -> NDArray[np.bool_]:
    """Return which visits are about an interest, by its id, or about what is narrower."""
    narrower: dict[str, list[str]] = {}
    for row in graph.read("export.read_broader"):
        narrower.setdefault(row["broader"], []).append(row["interest"])
    found, open_ = {interest}, [interest]
    while open_:
        new = set(narrower.get(open_.pop(), ())) - found
        found |= new
        open_ += new
    wanted = np.array([row["id"] in found for row in places.interests], bool)
    fits = np.asarray(places.about @ wanted.astype(float)) > 0
    return np.asarray(fits[visits.item], bool)


def shared(visits: Visits, places: Places) -> tuple[Ints, sp.csr_array]:
    """Return how many people did something of each interest, and how many of two, as a matrix."""
    done = sp.coo_array(places.about[visits.item])
    shape = (len(visits.users), len(places.interests))
    did = sp.csr_array(sp.coo_array((done.data, (visits.user[done.row], done.col)), shape=shape))
    did.data[:] = 1
    both = sp.csr_array(did.T @ did).astype(np.int64)
    return np.asarray(both.diagonal()), both


def find(
    graph: Graph, at: datetime, options: Options = Options(), progress: Progress = silent
) -> Society:
    """Find the communities of all people from what they did before a moment; nothing is written.

    Raises InputError where there is too little to find any in, and without the extra `analysis`.
    """
    progress("reading", 0, None)
    visits, places = read(graph, at, options.days)
    if len(visits) < EVENTS:
        raise InputError(
            f"{len(visits):,} events before {at.isoformat()}: communities need {EVENTS}."
        )
    people = list(visits.users)
    number = {name: n for n, name in enumerate(people)}
    friends = []
    for row in graph.read("replay.read_friendships"):
        for name in (row["user"], row["friend"]):
            if name not in number:
                number[name] = len(people)
                people.append(name)
        friends.append((number[row["user"]], number[row["friend"]]))
    progress("ties", 0, None)
    matrix = ties.ties(visits, places, friends, len(people))
    tied = int((np.diff(matrix.indptr) > 0).sum())
    if tied < PEOPLE:
        raise InputError(
            f"{tied:,} of {len(people):,} people have ties, which are an hour in one place, an "
            f"interest at the same hour and a friendship: communities need {PEOPLE} such people."
        )
    progress("communities", 0, None)
    found = communities.partition(matrix, seed=options.seed, least=options.least)
    progress("centrality", 0, None)
    central = communities.centrality(matrix, seed=options.seed)
    progress("descriptions", 0, None)
    told = communities.traits(visits, places, found.member, len(found.sizes), least=options.least)
    return Society(people, len(visits), matrix, found, central, told, *_crossings(matrix, found))


def _crossings(
    matrix: sp.csr_array, found: Partition
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Return strength, within, reached, between and crossing, as `Society` has them."""
    belongs = np.flatnonzero(found.member >= 0)
    shape = (matrix.shape[0], len(found.sizes))
    of = sp.csr_array((np.ones(len(belongs)), (belongs, found.member[belongs])), shape=shape)
    towards = sp.csr_array(matrix @ of)  # people × communities: what ties weigh
    strength = np.asarray(matrix.sum(axis=1), np.float64).ravel()
    own = np.asarray(towards.multiply(of).sum(axis=1), np.float64).ravel()
    within = np.divide(own, strength, out=np.zeros_like(own), where=strength > 0)
    reached = np.diff(towards.indptr).astype(float)
    ones = sp.csr_array((np.ones(matrix.nnz), matrix.indices, matrix.indptr), shape=matrix.shape)
    half = 1 - np.eye(len(found.sizes)) / 2  # a tie within is met from either side
    between = (of.T @ towards).toarray() * half
    crossing = (of.T @ (ones @ of)).toarray() * half
    return strength, within, reached, between, crossing


def community_id(number: int) -> str:
    """Return the id of a community by its number from 0, the largest first."""
    return f"community:{number + 1}"


def write(graph: Graph, society: Society, at: datetime, options: Options) -> None:
    """Write communities, memberships and influence in one transaction; those before are gone."""
    rows = [
        {"id": community_id(number), "size": int(size), **_described(society.traits[number])}
        for number, size in enumerate(society.partition.sizes)
    ]
    people = [
        {
            "id": society.people[n],
            "influence": float(society.centrality.influence[n]),
            "betweenness": float(society.centrality.betweenness[n]),
            "community": community_id(member) if member >= 0 else None,
            "within": float(society.within[n]),
        }
        for n, member in enumerate(society.partition.member.tolist())
        if society.strength[n] > 0
    ]
    record = {
        "at": at,
        "parameters": json.dumps(asdict(options)),
        "events": society.events,
        "modularity": society.partition.modularity,
    }
    graph.write_all(
        [
            ("communities.forget", {}),
            ("communities.write_communities", {"rows": rows}),
            *(
                ("communities.write_people", {"rows": people[start : start + _BATCH]})
                for start in range(0, len(people), _BATCH)
            ),
            ("communities.record", record),
        ]
    )


def check_community(graph: Graph, name: str) -> None:
    """Raise InputError, with what may have been meant, for a community that was not written."""
    known = [row["id"] for row in graph.read("communities.list_communities", {"minUsers": 1})]
    if not known:
        raise InputError(
            "The graph has no communities; write some first: chronotope communities --write."
        )
    if name not in known:
        raise InputError(f"There is no community '{name}'.{did_you_mean(name, known)}")


def forget(graph: Graph) -> None:
    """Remove what `write` wrote."""
    graph.write("communities.forget")


def _described(traits: list[Trait]) -> dict[str, list[str] | list[int]]:
    ids = {
        f"{kind}s": [trait.id for trait in traits if trait.kind == kind]
        for kind in ("interest", "cell", "place")
    }
    hours = sorted(int(trait.id) for trait in traits if trait.kind == "hour")
    return {**ids, "hours": hours}
