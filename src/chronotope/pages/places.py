"""Sections of a page that show where: hotspots, flows and gaps, on hexagons."""

from collections.abc import Iterator, Sequence

from chronotope.client import Flows, Gaps, Hotspot, Hotspots
from chronotope.language import Language
from chronotope.pages import figures
from chronotope.pages.page import Figure, Rows, Section
from chronotope.pages.words import words

PARTS: dict[str, tuple[int, ...] | None] = {
    "whole day": None,
    "morning": tuple(range(6, 11)),
    "midday": tuple(range(11, 15)),
    "afternoon": tuple(range(15, 19)),
    "evening": tuple(range(19, 24)),
    "night": tuple(range(6)),
}
"""Parts of the day, with their local hours; None are all."""

FLOWS = 40
"""How many flows a picture shows: of more the arrows cover each other."""

_HOTTEST = 3  # of each part of the day, in the table
_FIRST = 10  # rows of other tables


def hotspot_section(parts: Sequence[tuple[str, Hotspots]], language: Language) -> Section:
    """Return where there is more than expected; `parts` are names of PARTS with what was found."""
    cells = sorted({spot.cell for _, found in parts for spot in found})
    names = {spot.cell: _around(spot) for _, found in parts for spot in found}
    steps = []
    for part, found in parts:
        spots = {spot.cell: spot for spot in found}
        shown = [spots.get(cell) for cell in cells]
        heats = [
            figures.Heat(spot.z, spot.hot, _heat(spot, language)) if spot else None
            for spot in shown
        ]
        steps.append((_part(part, language), heats))
    hot = [sum(spot.hot for spot in found) for _, found in parts]
    drawn = figures.heats(
        words("hotspots says", language), cells, [names[cell] for cell in cells], steps,
        hot.index(max(hot)),
    )  # fmt: skip
    said: dict[str, list[str]] = {}
    for part, found in parts:
        for remark in found.remarks:
            said.setdefault(remark, []).append(_part(part, language))
    remarks = [f"{', '.join(of)}: {remark}" for remark, of in said.items()]
    rows = [
        (_part(part, language), names[spot.cell] or spot.cell, f"{spot.events:,}",
         f"{spot.expected:,.1f}", f"{spot.z:.1f}", f"{spot.q:.2g}")
        for part, found in parts
        for spot in [spot for spot in found if spot.hot][:_HOTTEST]
    ]  # fmt: skip
    keys = ("part", "with", "events", "expected", "strength", "q")
    table = Rows([words(key, language) for key in keys], rows, (2, 3, 4, 5))
    shown_parts: list[Figure | Rows] = [drawn] if drawn else []
    if rows:
        shown_parts.append(table)
    notes = (words("hotspots note", language), *remarks)
    return Section(words("hotspots", language), notes, shown_parts)


def _part(part: str, language: Language) -> str:
    hours = PARTS[part]
    said = words(part, language)
    return said if hours is None else f"{said} ({hours[0]}–{hours[-1] + 1})"


def _around(spot: Hotspot) -> str:
    return ", ".join(dict.fromkeys(spot.names))


def _heat(spot: Hotspot, language: Language) -> str:
    return words(
        "heat", language, events=spot.events, expected=spot.expected, z=spot.z, q=spot.q
    )  # fmt: skip


def flow_section(flows: Flows, language: Language) -> Section:
    """Return where people go from one cell to another, with a slider for the hour of arrival."""
    shown = flows[:FLOWS]
    hours = [words("whole day", language)] + [words("at", language, hour=h) for h in range(24)]
    amounts = [[flow.steps for flow in shown]] + [
        [flow.hours[hour] for flow in shown] for hour in range(24)
    ]
    drawn = figures.arrows(
        words("flows says", language),
        [(flow.origin_location, flow.destination_location) for flow in shown],
        list(zip(hours, amounts, strict=True)),
        words("steps", language),
    )
    rows = []
    for flow in shown[:_FIRST]:
        busiest = max(range(24), key=lambda hour: flow.hours[hour] or 0)
        ends = (flow.origin_location, flow.destination_location)
        rows.append(
            (*(f"{end.latitude:.3f}, {end.longitude:.3f}" for end in ends),
             f"{flow.kilometres:.1f}", f"{flow.steps:,}", f"{flow.users:,}",
             words("at", language, hour=busiest) if flow.hours[busiest] else "")
        )  # fmt: skip
    keys = ("from", "to", "kilometres", "steps", "people", "busiest")
    table = Rows([words(key, language) for key in keys], rows, (2, 3, 4))
    parts = (drawn, table) if drawn else ()
    notes = (words("flows note", language, least=flows.request["minUsers"]), *flows.remarks)
    return Section(words("flows", language), notes, parts)


def gap_section(found: Sequence[Gaps], language: Language) -> Section:
    """Return where demand exceeds what is within reach, and proposed sites, by interest."""
    drawn = figures.gaps(
        words("gaps says", language),
        [
            figures.Gap(
                name=gaps.interest["name"],
                ids=[gap.cell for gap in gaps],
                unmet=[gap.unmet for gap in gaps],
                told=[
                    words("gap", language, unmet=gap.unmet, demand=gap.demand, supply=gap.supply)
                    for gap in gaps
                ],
                sites=[
                    (words(proposal.objective, language),
                     [site.location for site in proposal],
                     [words("site", language, visits=site.visits) for site in proposal])
                    for proposal in gaps.proposals
                ],
            )
            for gaps in found
        ],
    )  # fmt: skip
    notes = [words("gaps note", language)]
    notes += (
        f"{gaps.interest['name']}: " + " ".join((gaps.assumptions[0], *gaps.remarks))
        for gaps in found
    )
    if found:
        notes.append(" ".join(found[0].assumptions[1:]))
    keys = ("interest name", "demand", "items within", "unmet", "objective", "covered", "gap bound")
    rows = list(_proposed(found, language))
    table = Rows([words(key, language) for key in keys], rows, (1, 2, 3, 5, 6))
    return Section(words("gaps", language), notes, (drawn, table) if drawn else ())


def _proposed(found: Sequence[Gaps], language: Language) -> Iterator[tuple[str, ...]]:
    for gaps in found:
        unmet = sum(gap.unmet for gap in gaps)
        what = (gaps.interest["name"], f"{gaps.demand:,}", f"{gaps.supply:,}", f"{unmet:,.0f}")
        for proposal in gaps.proposals:
            yield (
                *what,
                f"{words(proposal.objective, language)}: {len(proposal)}",
                f"{proposal.share:.0%}",
                f"{proposal.gap:.2%}",
            )
            what = ("", "", "", "")
        if not gaps.proposals:
            yield (*what, "", "", "")
