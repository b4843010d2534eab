"""The part of the client that looks at places: hotspots, gaps and flows, on hexagons."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from chronotope import language as languages
from chronotope.analysis import gaps, grid, hotspots, suppression
from chronotope.analysis.chance import ALPHA
from chronotope.client.core import Core
from chronotope.client.mapped import Flow, Flows, Gap, Gaps, Hotspot, Hotspots, Proposal, Site
from chronotope.client.values import (
    DEFAULT_K,
    Location,
    check_count,
    check_hours,
    moment_or_now,
    without_none,
)
from chronotope.errors import InputError
from chronotope.graph import Graph
from chronotope.statistics import Floats

SMALLEST = 5
"""People of whom numbers are told at least, by default."""

_PAIRS = 40_000  # of demand and candidate: so many a solver settles within a minute
_WEEK = 168
_ASSUMPTIONS = (
    (
        "People live in the finest cell of most of their events from 19 to 7 o'clock, and work in "
        "that of most from 9 to 17 on Monday to Friday, each on two days or more; others are left "
        "out."
    ),
    "Demand is what people do, not what they wish: who has nothing within reach does less of it.",
    "Ways are straight lines between the middles of cells, and all items are equally large.",
    "An item serves its fair share: what visits there are, over all items.",
    (
        "New sites are for unmet demand alone; they lie in the middle of a cell with demand, where "
        "anybody may build, and people go to the nearest."
    ),
)

Row = dict[str, Any]


class MapReading(Core):
    """What looks at places."""

    def hotspots(
        self,
        interest: str | None = None,
        *,
        hours: Iterable[int] | None = None,
        weekdays: Iterable[int] | None = None,
        at: datetime | None = None,
        span: float | None = None,
        resolution: int = grid.DEFAULT_RESOLUTION,
        rings: int = 1,
        permutations: int = hotspots.PERMUTATIONS,
        seed: int = 0,
        min_users: int = SMALLEST,
        k: int | None = None,
    ) -> Hotspots:
        """Find cells where an interest is denser than expected for cell and hour.

        Counted are the events of the last `span` days before `at` (by default of all), at local
        `hours` and on `weekdays` (1 is Monday). Expected of a cell and hour is the share that the
        interest has of all events at that hour of the week anywhere, times those of the cell;
        without an interest the share of those hours, or the mean of all cells. The value of a cell
        is (observed - expected) / √expected; Gi* compares it and that of the cells within `rings`
        with all others, by `permutations`, with false discoveries controlled. Cells are hexagons of
        H3 of a `resolution` from 4 to 9. Those with events of fewer than `min_users` people are
        counted and not told. All are returned, the hottest first, or the first `k`.

        Raises InputError for an interest that there is not, for too few events or cells, and
        without the extra `analysis`.
        """
        chosen_hours = None if hours is None else check_hours(hours)
        chosen_days = None if weekdays is None else check_weekdays(weekdays)
        if k is not None:
            check_count(k, most=None)
        check_min_users(min_users)
        graph, moment = self._migrated, moment_or_now(at)
        about = None if interest is None else languages.find_interest(graph, interest)
        areas = read_areas(graph, resolution)
        asked = spanned(about, areas, moment, span)
        cells, whole, fitting = _by_hour(graph, asked)
        chosen = _hours_of_week(chosen_hours, chosen_days)
        observed = ((fitting if about else whole) * chosen).sum(1)
        if (events := int(observed.sum())) < hotspots.EVENTS:
            fit = "1 event fits" if events == 1 else f"{events:,} events fit"
            raise InputError(f"{fit}; hotspots need {hotspots.EVENTS}.")
        expected = hotspots.expected(fitting, whole, chosen, of_interest=about is not None)
        excess = hotspots.excess(observed, expected)
        found = hotspots.heat(cells, excess, rings=rings, permutations=permutations, seed=seed)
        hot = (found.q <= ALPHA) & (excess > 0)
        people = {
            row["cell"]: row["users"]
            for row in graph.read(
                "analysis.count_people", {**asked, "hours": chosen_hours, "weekdays": chosen_days}
            )
        }
        enough = suppression.told({cell: people.get(cell, 0) for cell in cells}, min_users)
        told = [n for n, cell in enumerate(cells) if cell in enough]
        told.sort(key=lambda n: (-found.z[n], cells[n]))
        hidden = sum(0 < people.get(cell, 0) < min_users for cell in cells)
        names = _names(graph, areas, {cells[n] for n in told[: k or len(told)]}, about)
        rows = tuple(
            Hotspot(
                cell=cells[n],
                location=Location(*grid.center(cells[n])),
                events=int(observed[n]),
                users=people[cells[n]],
                expected=float(expected[n]),
                excess=float(excess[n]),
                z=float(found.z[n]),
                p=float(found.p[n]),
                q=float(found.q[n]),
                hot=bool(hot[n]),
                names=names.get(cells[n], ()),
            )
            for n in told[:k]
        )
        remarks = [*hidden_cells(hidden, min_users)]
        if not hot[told].any():
            remarks.append(
                f"No cell is a hotspot at a false-discovery rate of {ALPHA:.0%}: chance alone "
                "could bring about the hottest."
            )
        return Hotspots(
            at=moment,
            request=without_none(
                {
                    "hours": chosen_hours,
                    "weekdays": chosen_days,
                    "span": span,
                    "rings": rings,
                    "permutations": permutations,
                    "seed": seed,
                    "minUsers": min_users,
                }
            ),
            interest=named(about),
            resolution=resolution,
            events=events,
            cells=len(cells),
            hidden=hidden,
            rows=rows,
            remarks=(*languages.namesakes(about), *remarks),
        )

    def gaps(
        self,
        interest: str,
        *,
        at: datetime | None = None,
        span: float | None = None,
        resolution: int = grid.DEFAULT_RESOLUTION,
        within: float | None = None,
        facilities: int = 0,
        min_users: int = SMALLEST,
        k: int | None = None,
    ) -> Gaps:
        """Find where demand for an interest exceeds what is within reach, and propose sites.

        Demand of a cell are visits, in the last `span` days before `at`, of people who live or work
        there; supply are active items about the interest. Both meet within `within` metres, by
        two-step floating catchment areas; by default within what three of four visits travel, and
        the less the farther, as visits do. `facilities` sites are proposed twice: to shorten ways
        (p-median), and to bring the most visits within reach (maximal coverage); the optimality gap
        of each is told. Cells of fewer than `min_users` people are left out.

        Raises InputError for an interest that there is not, and where there is no demand.
        """
        if within is not None and not within > 0:
            raise InputError(f"within are metres, a number greater than 0, not {within!r}.")
        if isinstance(facilities, bool) or facilities not in range(101):
            raise InputError(f"facilities are 0 to 100 sites, not {facilities!r}.")
        check_min_users(min_users)
        if k is not None:
            check_count(k, most=None)
        graph, moment = self._migrated, moment_or_now(at)
        about = languages.find_interest(graph, interest)
        areas = read_areas(graph, resolution)
        asked = spanned(about, areas, moment, span)
        rows = graph.read("analysis.count_demand", {**asked, "minUsers": min_users})
        supplied = graph.read("analysis.count_supply", {"interest": about["id"], "areas": areas})
        asking = [row for row in rows if row["cell"] is not None]
        others = [row for row in rows if row["cell"] is None]
        # A person who lives and works there is counted twice at most.
        few = sum(row["users"] for row in others) < 2 * min_users
        hidden = None if others and few else sum(row["visits"] for row in others)
        demand = np.array([row["visits"] for row in asking], float)
        if demand.sum() < hotspots.EVENTS:
            raise InputError(
                f"{int(demand.sum()):,} visits of people whose home or work their events tell,"
                f" {min_users} in a cell or more: gaps need {hotspots.EVENTS}."
            )
        cells = [row["cell"] for row in asking]
        supply = np.array([row["items"] for row in supplied], float)
        metres = grid.distances(cells, [row["cell"] for row in supplied])
        if within is not None:
            travel = gaps.Travel(within)
        else:
            visits, ways = ([row[name] for row in asking] for name in ("visits", "ways"))
            travel = gaps.travel(visits, ways, grid.spacing(resolution))
        access = gaps.access(demand, supply, travel.near(metres))
        unmet = gaps.unmet(demand, access, supply)
        nearest = metres.min(1) if len(supplied) else np.full(len(cells), np.inf)
        there = {row["cell"]: row["items"] for row in supplied}
        order = sorted(range(len(cells)), key=lambda n: (-unmet[n], cells[n]))
        found = tuple(
            Gap(
                cell=cells[n],
                location=Location(*grid.center(cells[n])),
                demand=asking[n]["visits"],
                users=asking[n]["users"],
                metres=asking[n]["metres"],
                supply=there.get(cells[n], 0),
                nearest=float(nearest[n]) if len(supplied) else None,
                access=float(access[n]),
                unmet=float(unmet[n]),
            )
            for n in order[:k]
        )
        remarks = languages.namesakes(about)
        if others:
            visits_of = "Some visits are" if hidden is None else f"{hidden:,} visits are"
            remarks.append(
                f"{visits_of} of people in cells with fewer than {min_users}; they count nowhere."
            )
        proposals: tuple[Proposal, ...] = ()
        if facilities:
            proposals, left_out = _proposals(cells, unmet, travel.reach, facilities)
            remarks += left_out
        return Gaps(
            at=moment,
            request=without_none({"span": span, "minUsers": min_users, "facilities": facilities}),
            interest={"id": about["id"], "name": about["name"]},
            resolution=resolution,
            within=travel.reach,
            halfway=travel.half,
            demand=int(demand.sum()),
            hidden=hidden,
            supply=int(supply.sum()),
            proposals=proposals,
            assumptions=(_reach(travel), *_ASSUMPTIONS[: None if facilities else -1]),
            rows=found,
            remarks=tuple(remarks),
        )

    def flows(
        self,
        interest: str | None = None,
        *,
        hours: Iterable[int] | None = None,
        weekdays: Iterable[int] | None = None,
        at: datetime | None = None,
        span: float | None = None,
        within: float = 8.0,
        resolution: int = grid.DEFAULT_RESOLUTION,
        min_users: int = SMALLEST,
        k: int = DEFAULT_K,
    ) -> Flows:
        """Find where people go from one cell to another, and at which hours.

        A step goes from an event to the next one of the same user, at most `within` hours later, in
        another cell; with an `interest` to an item about it. `hours` and `weekdays` are local ones
        of the arrival. Nothing is told of what fewer than `min_users` people went.

        Raises InputError for an interest that there is not.
        """
        if not within > 0:
            raise InputError(f"within are hours, a number greater than 0, not {within!r}.")
        check_min_users(min_users)
        check_count(k, most=None)
        graph, moment = self._migrated, moment_or_now(at)
        about = None if interest is None else languages.find_interest(graph, interest)
        chosen = {
            "hours": None if hours is None else check_hours(hours),
            "weekdays": None if weekdays is None else check_weekdays(weekdays),
            "within": within,
            "minUsers": min_users,
        }
        asked = {**spanned(about, read_areas(graph, resolution), moment, span), **chosen}
        pairs = [
            row
            for row in graph.read("analysis.count_flows", asked)
            if grid.is_cell(row["origin"]) and grid.is_cell(row["destination"])
        ][:k]
        by_hour: dict[tuple[str, str], dict[int, Row]] = defaultdict(dict)
        for row in graph.read("analysis.count_flows", {**asked, "byHour": True}):
            by_hour[row["origin"], row["destination"]][row["hour"]] = row
        rows = tuple(
            _flow(row, by_hour[row["origin"], row["destination"]], min_users) for row in pairs
        )
        nothing = f"No two cells have {min_users} people or more who went from one to the other."
        return Flows(
            at=moment,
            request=without_none({**chosen, "span": span, "k": k}),
            interest=named(about),
            resolution=resolution,
            rows=rows,
            remarks=(*languages.namesakes(about), *(() if rows else (nothing,))),
        )


def read_areas(graph: Graph, resolution: int) -> dict[str, str]:
    """Return the cell of a resolution that each of the graph's finest cells lies in."""
    return grid.areas((row["id"] for row in graph.read("analysis.list_cells")), resolution)


def spanned(
    interest: Mapping[str, Any] | None, areas: Mapping[str, str], at: datetime, span: float | None
) -> Row:
    """Return the parameters that queries of analysis share."""
    if span is not None and not 0 < span <= 36_500:
        raise InputError(f"span are days, more than 0 and at most 36,500, not {span!r}.")
    return {
        "interest": interest["id"] if interest else None,
        "areas": areas,
        "since": None if span is None else at - timedelta(days=span),
        "at": at,
    }


def check_weekdays(weekdays: Iterable[int]) -> tuple[int, ...]:
    """Return weekdays; raise InputError for one that is not from 1 to 7."""
    given = tuple(weekdays)
    for day in given:
        if day not in range(1, 8):
            raise InputError(f"weekdays are numbers from 1, Monday, to 7, not {day!r}.")
    return given


def check_min_users(min_users: int) -> None:
    """Raise InputError unless it is a number of people."""
    if isinstance(min_users, bool) or not isinstance(min_users, int) or min_users < 1:
        raise InputError(f"min_users is how many people, 1 or more, not {min_users!r}.")


def named(interest: Mapping[str, Any] | None) -> dict[str, str] | None:
    """Return an interest as results name it."""
    return None if interest is None else {"id": interest["id"], "name": interest["name"]}


def hidden_cells(hidden: int, min_users: int) -> Iterable[str]:
    """Say how many cells are not told."""
    if hidden:
        cells = "1 cell has" if hidden == 1 else f"{hidden:,} cells have"
        yield (
            f"{cells} events of fewer than {min_users} people: they are suppressed, and with them "
            "the smallest of the others, so that no total betrays them."
        )


def _by_hour(graph: Graph, asked: Row) -> tuple[list[str], Floats, Floats]:
    """Return hexagons, and all events and the fitting ones by cell and hour of the week."""

    def fold(records: Iterable[Any]) -> tuple[list[str], Floats, Floats]:
        number: dict[str, int] = {}
        at: list[tuple[int, int]] = []
        counts: list[tuple[int, int]] = []
        for cell, weekday, hour, events, fitting, _ in records:
            if grid.is_cell(cell):
                at.append((number.setdefault(cell, len(number)), (weekday - 1) * 24 + hour))
                counts.append((events, fitting))
        tables = np.zeros((2, len(number), _WEEK))
        if at:
            row, column = np.array(at).T
            np.add.at(tables[0], (row, column), np.array(counts)[:, 0])
            np.add.at(tables[1], (row, column), np.array(counts)[:, 1])
        cells = sorted(number)
        order = [number[cell] for cell in cells]
        return cells, tables[0][order], tables[1][order]

    return graph.fold("analysis.count_hours", asked, fold)


def _hours_of_week(hours: Sequence[int] | None, weekdays: Sequence[int] | None) -> Floats:
    chosen = np.zeros((7, 24))
    days = [day - 1 for day in weekdays] if weekdays is not None else range(7)
    chosen[np.ix_(list(days), list(hours) if hours is not None else range(24))] = 1
    return chosen.reshape(-1)


def _names(
    graph: Graph, areas: Mapping[str, str], cells: set[str], about: Mapping[str, Any] | None
) -> dict[str, tuple[str, ...]]:
    meant = {cell: area for cell, area in areas.items() if area in cells}
    asked = {"cells": meant, "interest": about["id"] if about else None}
    return {row["cell"]: tuple(row["names"]) for row in graph.read("analysis.name_cells", asked)}


def _reach(travel: gaps.Travel) -> str:
    """Say what is within reach."""
    if travel.half is None:
        return f"What is within {travel.reach:,.0f} m is within reach, all of it alike."
    return (
        f"Within reach is what is at most {travel.reach:,.0f} m away, as three of four visits of "
        f"the interest are; each {travel.half:,.0f} m, which half of them go at most, halve how "
        "much something is asked for. Neither is less than the way to the next cell."
    )


def _proposals(
    cells: Sequence[str], unmet: Floats, within: float, facilities: int
) -> tuple[tuple[Proposal, ...], list[str]]:
    """Propose sites twice; candidates are the cells with the most unmet demand within reach.

    Returns the proposals, and what there is to say where not all cells are candidates.
    """
    asking = np.flatnonzero(unmet > 0)
    if not len(asking):
        return (), []
    demand, places = unmet[asking], [cells[int(n)] for n in asking]
    near = (grid.distances(cells, places) <= within) @ demand
    most = np.argsort(-near, kind="stable")[: max(_PAIRS // len(asking), facilities)]
    candidates = [cells[int(n)] for n in most]
    left_out = []
    if len(candidates) < len(cells):
        left_out.append(
            f"{len(candidates):,} of {len(cells):,} cells are candidates for sites, those with the "
            "most unmet visits within reach: of more pairs of demand and site a solver would not "
            "settle in time. Others may be better."
        )
    metres = grid.distances(places, candidates)
    count = min(facilities, len(candidates))
    objectives = (("p-median", gaps.p_median), ("maximal coverage", gaps.maximal_coverage))
    told = []
    for objective, solve in objectives:
        found = solve(demand, metres, count, within)
        sites = tuple(
            Site(cell=candidates[j], location=Location(*grid.center(candidates[j])), visits=visits)
            for j, visits in zip(found.chosen, found.demand, strict=True)
        )
        told.append(
            Proposal(
                objective=objective,
                metres=found.metres,
                covered=found.covered,
                share=found.covered / float(demand.sum()),
                gap=found.gap,
                rows=sites,
            )
        )
    return tuple(told), left_out


def _flow(row: Row, by_hour: Mapping[int, Row], min_users: int) -> Flow:
    origin, destination = row["origin"], row["destination"]
    others = row["steps"] > sum(at["steps"] for at in by_hour.values())
    people = {hour: at["users"] for hour, at in by_hour.items()}
    told = suppression.told(people, min_users, others=others)
    return Flow(
        origin=origin,
        destination=destination,
        origin_location=Location(*grid.center(origin)),
        destination_location=Location(*grid.center(destination)),
        kilometres=float(grid.distances([origin], [destination])[0, 0] / 1000),
        steps=row["steps"],
        users=row["users"],
        hours=tuple(by_hour[hour]["steps"] if hour in told else None for hour in range(24)),
    )
