"""The part of the client that publishes counts of people with differential privacy."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import numpy as np

from chronotope import language as languages
from chronotope.analysis import audience as audiences
from chronotope.analysis import grid, hotspots
from chronotope.analysis.chance import ALPHA
from chronotope.client.budgeting import Budgeting, of_limit
from chronotope.client.describing import Describing, asked_of
from chronotope.client.describing import named as all_named
from chronotope.client.mapping import check_weekdays, named, spanned
from chronotope.client.published import (
    PublishedAudience,
    PublishedCell,
    PublishedFlow,
    PublishedFlows,
    PublishedHotspots,
    PublishedHour,
    PublishedInterest,
    PublishedInterests,
    PublishedReach,
    PublishedRhythm,
    Spent,
)
from chronotope.client.values import (
    Coordinates,
    Location,
    check_hours,
    check_text,
    moment_or_now,
    point,
    without_none,
)
from chronotope.errors import InputError
from chronotope.secrecy import noise
from chronotope.secrecy.noise import Noise
from chronotope.statistics import Floats

DELTA = 1e-6
PER_PERSON = {"cells": 5, "flows": 5, "hours": 6, "interests": 5}
"""In how many counts of a table one person is at most, by default."""

Row = dict[str, Any]


class Publishing(Budgeting, Describing):
    """What may be shown to everybody, and what it costs."""

    def publish_hotspots(
        self,
        interest: str | None = None,
        *,
        epsilon: float,
        hours: Iterable[int] | None = None,
        weekdays: Iterable[int] | None = None,
        at: datetime | None = None,
        span: float | None = None,
        resolution: int = grid.DEFAULT_RESOLUTION,
        near: Coordinates | None = None,
        within: float = 5000.0,
        per_person: int = PER_PERSON["cells"],
        rings: int = 1,
        permutations: int = hotspots.PERMUTATIONS,
        seed: int = 0,
    ) -> PublishedHotspots:
        """Publish how many people were in each hexagon of an area, and which are hotspots.

        The area are the hexagons within metres of `near`, by default those in which items lie: it
        has to be public. Each person counts in the `per_person` cells where they have most events.
        With an interest half of `epsilon` is for its people, half for all, who say what is
        expected. Gi* is as in `hotspots`, of the published counts; `seed` is that of permutations,
        noise has none. See `hotspots` for what else may be said.

        Raises InputError for an interest that there is not, for too few or too many cells, beyond
        the limit of the budget, and without the extras `privacy` and `analysis`.
        """
        hotspots.require()
        chosen = _chosen(hours, weekdays)
        graph, moment = self._migrated, moment_or_now(at)
        about = _public(None if interest is None else languages.find_interest(graph, interest))
        cells, areas = self._area(resolution, near, within)
        if len(cells) < hotspots.CELLS:
            raise InputError(f"The area has {len(cells):,} cells; hotspots need {hotspots.CELLS}.")
        made = noise.laplace(epsilon / (2 if about else 1), per_person)
        request = without_none(
            {**chosen, "span": span, "near": near, "within": within if near else None,
             "rings": rings, "permutations": permutations, "seed": seed}
        )  # fmt: skip
        asked = {**spanned(about, areas, moment, span), **chosen}
        told = {**request, "interest": named(about), "resolution": resolution, "at": moment}
        spent = self._spend("hotspots", told, epsilon)

        def published(asked: Row) -> Floats:
            counts = self._counts("publish.read_cells", asked, per_person, set(cells))
            return np.array(list(made.over(cells, counts).values()), float)

        people = published(asked)
        variance = 2 * made.scale**2
        expected = np.full(len(cells), people.mean())
        if about:
            everybody = published({**asked, "interest": None})
            share = max(people.sum(), 0.0) / max(everybody.sum(), 1.0)
            expected, variance = everybody * share, variance * (1 + share**2)
        excess = hotspots.excess(people, expected, variance)
        if np.ptp(excess):
            found = hotspots.heat(cells, excess, rings=rings, permutations=permutations, seed=seed)
        else:
            found = hotspots.Heat(excess * 0, excess * 0 + 1, excess * 0 + 1)
        hot = (found.q <= ALPHA) & (excess > 0)
        order = sorted(range(len(cells)), key=lambda n: (-found.z[n], cells[n]))
        return PublishedHotspots(
            **_of(made, moment, request, spent, epsilon),
            interest=named(about),
            resolution=resolution,
            rows=tuple(
                PublishedCell(
                    cell=cells[n],
                    location=Location(*grid.center(cells[n])),
                    people=int(people[n]),
                    expected=float(expected[n]),
                    excess=float(excess[n]),
                    z=float(found.z[n]),
                    p=float(found.p[n]),
                    q=float(found.q[n]),
                    hot=bool(hot[n]),
                )
                for n in order
            ),
            remarks=_said(made, epsilon, spent, "cells"),
        )

    def publish_flows(
        self,
        interest: str | None = None,
        *,
        epsilon: float,
        delta: float = DELTA,
        hours: Iterable[int] | None = None,
        weekdays: Iterable[int] | None = None,
        at: datetime | None = None,
        span: float | None = None,
        hours_between: float = 8.0,
        resolution: int = grid.DEFAULT_RESOLUTION,
        near: Coordinates | None = None,
        within: float = 5000.0,
        per_person: int = PER_PERSON["flows"],
    ) -> PublishedFlows:
        """Publish how many people went from one hexagon of an area to another.

        There are too many pairs to tell of each: those that occur get noise, and what stays below
        the threshold is left out; that something is left out betrays somebody with a probability of
        `delta` at most. Each person counts in the `per_person` pairs that they went most. Steps are
        at most `hours_between` apart; see `flows`, and `publish_hotspots` for the area.

        Raises InputError for an interest that there is not, beyond the limit of the budget, and
        without the extra `privacy`.
        """
        if not hours_between > 0:
            raise InputError(f"hours_between are hours, more than 0, not {hours_between!r}.")
        chosen = _chosen(hours, weekdays)
        graph, moment = self._migrated, moment_or_now(at)
        about = _public(None if interest is None else languages.find_interest(graph, interest))
        _, areas = self._area(resolution, near, within)
        made = noise.thresholded(epsilon, delta, per_person)
        request = without_none(
            {**chosen, "span": span, "hoursBetween": hours_between, "near": near,
             "within": within if near else None}
        )  # fmt: skip
        asked = {**spanned(about, areas, moment, span), **chosen, "within": hours_between}
        told = {**request, "interest": named(about), "resolution": resolution, "at": moment}
        spent = self._spend("flows", told, epsilon, delta)
        people = (
            [" ".join(pair) for pair in row["flows"]]
            for row in graph.read("publish.read_flows", asked)
        )
        counts = made.above(noise.bounded(people, per_person))
        rows = []
        for pair, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            origin, destination = pair.split(" ")
            rows.append(
                PublishedFlow(
                    origin=origin,
                    destination=destination,
                    origin_location=Location(*grid.center(origin)),
                    destination_location=Location(*grid.center(destination)),
                    people=count,
                )
            )
        return PublishedFlows(
            **_of(made, moment, request, spent, epsilon),
            interest=named(about),
            resolution=resolution,
            rows=tuple(rows),
            remarks=_said(made, epsilon, spent, "flows"),
        )

    def publish_rhythm(
        self,
        interest: str | None = None,
        *,
        epsilon: float,
        cell: str | None = None,
        week: bool = False,
        at: datetime | None = None,
        span: float | None = None,
        per_person: int = PER_PERSON["hours"],
    ) -> PublishedRhythm:
        """Publish how many people do something at each local hour of the day, or of the week.

        Of all that happens, or of an interest, or in a cell. Each person counts at the `per_person`
        hours at which they have most events.

        Raises InputError for an interest that there is not, beyond the limit of the budget, and
        without the extra `privacy`.
        """
        graph, moment = self._migrated, moment_or_now(at)
        about = _public(None if interest is None else languages.find_interest(graph, interest))
        made = noise.laplace(epsilon, per_person)
        areas: Mapping[str, str] = {}
        if cell is not None and grid.is_cell(cell):
            finest = (row["id"] for row in graph.read("analysis.list_cells"))
            areas = grid.areas(finest, grid.resolution(cell))
        request = without_none({"week": week, "span": span})
        asked = {**spanned(about, areas, moment, span), "cell": cell, "week": week}
        told = {**request, "interest": named(about), "cell": cell, "at": moment}
        spent = self._spend("rhythm", told, epsilon)
        domain = range(168 if week else 24)
        counts = self._counts("publish.read_hours", asked, per_person, set(domain))
        return PublishedRhythm(
            **_of(made, moment, request, spent, epsilon),
            interest=named(about),
            cell=cell,
            rows=tuple(
                PublishedHour(
                    weekday=slot // 24 + 1 if week else None, hour=slot % 24, people=people
                )
                for slot, people in made.over(domain, counts).items()
            ),
            remarks=_said(made, epsilon, spent, "hours"),
        )

    def publish_audience(
        self,
        text: str | None = None,
        *,
        epsilon: float,
        interests: Iterable[str] = (),
        near: Coordinates | None = None,
        within: float = 1000.0,
        hours: Iterable[int] | None = None,
        at: datetime | None = None,
        days: float = 90.0,
        min_score: float = 0.05,
    ) -> PublishedAudience:
        """Publish how many users an audience has, who fit by a score of at least `min_score`.

        What fits is as in `audience`, but that kinds of events weigh what they weigh, whichever
        occur.

        Raises InputError for a text that means no interest, for an unknown interest, beyond the
        limit of the budget, and without the extra `privacy`.
        """
        check_text(text, "text")
        moment = moment_or_now(at)
        criteria = self._criteria(moment, near, within, hours, days, min_score, 1, None)
        fitting, remarks = self._fitting(text, interests)
        for interest in fitting:
            _public(interest)
        made = noise.laplace(epsilon, 1)
        request = asked_of(text, interests, criteria)
        spent = self._spend("audience", {**request, "at": moment}, epsilon)
        scores = self._migrated.read("publish.read_scores", audiences.asked(fitting, criteria))
        people = ([min_score] for row in scores if row["score"] >= min_score)
        counts = made.over([min_score], noise.bounded(people, 1))
        return PublishedAudience(
            **_of(made, moment, request, spent, epsilon),
            interests=all_named(fitting),
            rows=(PublishedReach(score=min_score, users=counts[min_score]),),
            remarks=(*remarks, *_said(made, epsilon, spent, "counts")),
        )

    def publish_interests(
        self,
        *,
        epsilon: float,
        scheme: str = "category",
        at: datetime | None = None,
        span: float | None = None,
        per_person: int = PER_PERSON["interests"],
    ) -> PublishedInterests:
        """Publish how many people turned to each interest of a scheme that items are about.

        Each person counts for the `per_person` interests of which they have most events, not for
        broader ones.

        Raises InputError where there is no such interest, beyond the limit of the budget, and
        without the extra `privacy`.
        """
        graph, moment = self._migrated, moment_or_now(at)
        names = {
            row["id"]: row["name"]
            for row in graph.read("publish.list_interests", {"scheme": scheme})
        }
        if not names:
            raise InputError(f"No item is about an interest of the scheme {scheme!r}.")
        made = noise.laplace(epsilon, per_person)
        request = without_none({"scheme": scheme, "span": span})
        asked = {"scheme": scheme, "since": spanned(None, {}, moment, span)["since"], "at": moment}
        spent = self._spend("interests", {**request, "at": moment}, epsilon)
        counts = self._counts("publish.read_interests", asked, per_person, names)
        rows = [
            PublishedInterest(id=id_, name=names[id_], people=people)
            for id_, people in made.over(list(names), counts).items()
        ]
        rows.sort(key=lambda row: (-row.people, row.id))
        return PublishedInterests(
            **_of(made, moment, request, spent, epsilon),
            rows=tuple(rows),
            remarks=_said(made, epsilon, spent, "interests"),
        )

    def _area(
        self, resolution: int, near: Coordinates | None, within: float
    ) -> tuple[list[str], dict[str, str]]:
        """Return the hexagons of an area, and in which of them the graph's finest cells lie."""
        if near is None:
            finest = [row["id"] for row in self._migrated.read("publish.list_cells")]
            areas = grid.areas(finest, resolution)
            return sorted(set(areas.values())), areas
        if not within > 0:
            raise InputError(f"within are metres, a number greater than 0, not {within!r}.")
        middle = point(near, "near")
        listed = (row["id"] for row in self._migrated.read("analysis.list_cells"))
        areas = grid.areas(listed, resolution)
        cells = grid.around(middle.latitude, middle.longitude, within, resolution)
        public = set(cells)
        return cells, {cell: area for cell, area in areas.items() if area in public}

    def _counts(self, query: str, asked: Row, per_person: int, domain: Any) -> Mapping[Any, int]:
        """Count people by what a query tells of each, bounded."""

        def fold(records: Iterable[Any]) -> Mapping[Any, int]:
            return noise.bounded((record[0] for record in records), per_person, domain)

        return self._migrated.fold(query, asked, fold)


def _public(interest: Row | None) -> Row | None:
    """Return an interest that is meant whatever people did. Raises InputError for other ones."""
    if interest and interest.get("others"):
        ids = ", ".join(sorted([interest["id"], *interest["others"]]))
        raise InputError(
            f"Several interests are called '{interest['name']}', and which has the most events is "
            f"not to be published; say which by its id: {ids}."
        )
    return interest


def _chosen(hours: Iterable[int] | None, weekdays: Iterable[int] | None) -> Row:
    return {
        "hours": None if hours is None else check_hours(hours),
        "weekdays": None if weekdays is None else check_weekdays(weekdays),
    }


def _of(
    made: Noise, at: datetime, request: Mapping[str, Any], spent: Spent, epsilon: float
) -> dict[str, Any]:
    """Return what all that is published tells of itself."""
    return {
        "at": at,
        "request": dict(request),
        "epsilon": epsilon,
        "delta": made.delta,
        "per_person": made.bound,
        "error": made.error,
        "threshold": made.threshold,
        "spent": spent,
    }


def _said(made: Noise, epsilon: float, spent: Spent, what: str) -> tuple[str, ...]:
    """Say what is promised, what it costs, and how far off counts are."""
    promised = f"ε = {epsilon:g}"
    if made.threshold is not None:
        promised += f" and δ = {made.delta:g}; what is below {made.threshold:,} is left out"
    said = (
        f"Differentially private with {promised}. Each person is in at most {made.bound} {what}. "
        f"95 % of all counts are off by less than {made.error:.1f}. {of_limit(spent)}."
    )
    return (said,)
