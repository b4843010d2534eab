"""The part of the client that finds communities of people."""

from collections.abc import Iterator
from datetime import datetime

import numpy as np

from chronotope import language as languages
from chronotope.analysis import overview as overviews
from chronotope.analysis import society as societies
from chronotope.analysis.communities import Trait as Told
from chronotope.analysis.society import Society, community_id
from chronotope.analysis.ties import center_of
from chronotope.client.core import Core
from chronotope.client.grouped import (
    Area,
    Bond,
    Communities,
    Community,
    KeyPerson,
    Overview,
    Trait,
    Turn,
)
from chronotope.client.values import Location, check_count, moment_or_now, without_none
from chronotope.errors import InputError
from chronotope.progress import Progress, silent
from chronotope.statistics import Floats, Ints

_UNCLEAR = 0.3  # modularity; Newman and Girvan (2004) find .3 to .7 where groups are clear
_KEY_PEOPLE = 5


class Grouping(Core):
    """What tells which people belong together."""

    def communities(
        self,
        *,
        at: datetime | None = None,
        days: float = 90.0,
        seed: int = 0,
        min_users: int = 5,
        people: bool = False,
        k: int = _KEY_PEOPLE,
        write: bool = False,
        progress: Progress = silent,
    ) -> Communities:
        """Find communities: people tied by place and hour, by shared interests, and by friendship.

        Two people are tied by an hour of a day in one cell, by turning to one interest in one area
        at one hour of the week, and by knowing each other; an event before `at` counts
        e^(-age / `days`). Nothing is told of groups of fewer than `min_users` people. With `people`
        the members are named, and the `k` people who hold most together. With `write` communities
        become nodes, and users have their influence, in the place of what was written before. The
        same `seed` finds the same.

        Raises InputError where there is too little to find any in, and without the extra
        `analysis`.
        """
        check_count(k)
        check_min_users(min_users)
        moment = moment_or_now(at)
        options = societies.Options(days=days, seed=seed, least=max(min_users, 2))
        graph = self._migrated
        found = societies.find(graph, moment, options, progress)
        if write:
            progress("writing", 0, None)
            societies.write(graph, found, moment, options)
        return told_of(found, moment, options, min_users, people=people, k=k, written=write)

    def overview(
        self,
        interest: str | None = None,
        *,
        at: datetime | None = None,
        days: float = 90.0,
        min_users: int = 5,
        progress: Progress = silent,
    ) -> Overview:
        """Tell where and when people are and what they turn to, without telling of anybody.

        With an `interest`, by name or id, only what is about it or what is narrower counts. Events
        before `at` are counted by people: nothing is told of fewer than `min_users`. What people
        turn to counts e^(-age / `days`).

        Raises InputError for an interest that there is not, and where too few people are known.
        """
        check_min_users(min_users)
        societies.Options(days=days)
        moment, graph = moment_or_now(at), self._migrated
        meant = None if interest is None else languages.find_interest(graph, interest)
        progress("reading", 0, None)
        visits, places = societies.read(graph, moment, days)
        chosen = None
        if meant:
            chosen = societies.about(graph, visits, places, meant["id"])
        found = overviews.overview(visits, places, chosen, least=min_users)
        if found.people < min_users:
            raise InputError(
                f"Fewer than {min_users} people did something before {moment.isoformat()}"
                + (f" that is about {meant['name']}" if meant else "")
                + "; nothing is told of them."
            )
        return Overview(
            at=moment,
            request=without_none({"interest": interest, "days": days, "minUsers": min_users}),
            interest={"id": meant["id"], "name": meant["name"]} if meant else None,
            people=found.people,
            events=found.events,
            week=tuple(map(_counts, found.week)),
            interests=tuple(
                Turn(
                    id=places.interests[n]["id"],
                    name=places.interests[n]["name"],
                    people=having,
                    hours=tuple(hours),
                )
                for n, having, hours in zip(
                    found.interests, found.having.tolist(), found.mix.tolist(), strict=True
                )
            ),
            rows=tuple(
                Area(
                    id=visits.areas[area],
                    name=name,
                    location=_middle(visits.areas[area]),
                    people=_counts(people),
                )
                for area, name, people in zip(found.areas, found.names, found.at_hour, strict=True)
            ),
            remarks=tuple(languages.namesakes(meant)),
        )

    def forget_communities(self) -> None:
        """Remove the communities that were written, with memberships and influence."""
        societies.forget(self._migrated)


def told_of(
    found: Society,
    at: datetime,
    options: societies.Options,
    min_users: int,
    *,
    people: bool,
    k: int = _KEY_PEOPLE,
    written: bool = False,
) -> Communities:
    """Return what may be told of what was found."""
    return Communities(
        at=at,
        request={"days": options.days, "seed": options.seed, "minUsers": min_users},
        events=found.events,
        people=len(found.people),
        tied=found.tied,
        ties=found.ties.nnz // 2,
        modularity=found.partition.modularity,
        sampled=found.centrality.sampled,
        bonds=tuple(_bonds(found, min_users)),
        key_people=tuple(_key_people(found, k)) if people else None,
        written=written,
        rows=tuple(_communities(found, people)),
        remarks=tuple(_remarks(found, options.least)),
    )


def check_min_users(min_users: int) -> None:
    """Raise InputError for what is no number of people."""
    if isinstance(min_users, bool) or not isinstance(min_users, int) or min_users < 1:
        raise InputError(f"min_users is a number of people, 1 or more, not {min_users!r}.")


def _communities(found: Society, people: bool) -> Iterator[Community]:
    member = found.partition.member
    for number, size in enumerate(found.partition.sizes.tolist()):
        ids = (found.people[n] for n in np.flatnonzero(member == number))
        strength = found.strength[member == number].sum()  # a tie within is met from either side
        yield Community(
            id=community_id(number),
            size=size,
            within=float(2 * found.between[number, number] / strength),
            traits=tuple(map(_trait, found.traits[number])),
            members=tuple(ids) if people else None,
        )


def _trait(trait: Told) -> Trait:
    return Trait(
        kind=trait.kind,
        id=trait.id,
        name=trait.name,
        location=_middle(trait.id) if trait.kind == "cell" else None,
        share=trait.share,
        everyone=trait.everyone,
        lift=trait.lift,
        people=trait.people,
    )


def _middle(cell: str) -> Location | None:
    middle = center_of(cell)
    return Location(*middle) if middle else None


def _counts(people: Ints) -> tuple[int | None, ...]:
    return tuple(count if count >= 0 else None for count in people.tolist())


def _bonds(found: Society, least: int) -> Iterator[Bond]:
    """Yield what ties communities, where that are so many ties that no single one is told."""
    first, second = np.nonzero(np.triu(found.crossing, 1) >= least)
    for one, other in zip(first.tolist(), second.tolist(), strict=True):
        yield Bond(
            first=community_id(one),
            second=community_id(other),
            ties=int(found.crossing[one, other]),
            weight=float(found.between[one, other]),
        )


def _key_people(found: Society, k: int) -> Iterator[KeyPerson]:
    """Yield who is among the first by influence or by betweenness, the best rank first."""
    influence, betweenness = found.centrality.influence, found.centrality.betweenness
    by_influence, by_betweenness = _ranks(influence), _ranks(betweenness)
    best = np.minimum(by_influence, by_betweenness)
    for n in np.lexsort((by_influence, best))[: min(k, found.tied)].tolist():
        ties = int(np.diff(found.ties.indptr)[n])
        outside, reached = 1 - float(found.within[n]), int(found.reached[n])
        because = []
        if by_influence[n] <= k:
            because.append(
                f"as influential as {influence[n]:.1f} people are on average "
                f"(rank {by_influence[n]} of {found.tied:,})"
            )
        if by_betweenness[n] <= k:
            because.append(
                f"{betweenness[n]:.1%} of the shortest paths between others lead through them "
                f"(rank {by_betweenness[n]})"
            )
        because.append(
            f"{ties:,} ties to {reached:,} communities, {outside:.0%} of their weight outside "
            "their own"
        )
        number = int(found.partition.member[n])
        yield KeyPerson(
            id=found.people[n],
            community=community_id(number) if number >= 0 else None,
            influence=float(influence[n]),
            influence_rank=int(by_influence[n]),
            betweenness=float(betweenness[n]),
            betweenness_rank=int(by_betweenness[n]),
            ties=ties,
            outside=outside,
            reached=reached,
            because=tuple(because),
        )


def _ranks(values: Floats) -> Ints:
    """Return the rank of each from 1; of two that are equal the first is before the other."""
    ranks = np.empty(len(values), np.int64)
    ranks[np.argsort(-values, kind="stable")] = np.arange(1, len(values) + 1)
    return ranks


def _remarks(found: Society, least: int) -> Iterator[str]:
    alone = len(found.people) - int(found.partition.sizes.sum())
    if not len(found.partition.sizes):
        yield f"No group has {least} people or more; nothing is told of smaller ones."
    elif 0 < alone < least:
        yield f"Fewer than {least} people are in no community; nothing is told of them."
    elif alone:
        yield (
            f"{alone:,} of {len(found.people):,} people are in no community: they have no ties, or "
            f"their group has fewer than {least} people, of which nothing is told."
        )
    if found.partition.modularity < _UNCLEAR:
        yield (f"Modularity is {found.partition.modularity:.2f}: people fall into no clear groups.")
    if found.centrality.sampled < found.tied:
        yield (
            f"Betweenness is an estimate, from the paths of {found.centrality.sampled:,} of "
            f"{found.tied:,} people."
        )
