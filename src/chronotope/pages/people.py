"""Pages of a user, of the city, and of an interest: results of the client in, sections out."""

from collections.abc import Iterator, Sequence

from chronotope.client import (
    Communities,
    Community,
    Overview,
    Profile,
    Recommendation,
    Recommendations,
    Rhythm,
    Tags,
)
from chronotope.language import Language
from chronotope.pages import figures
from chronotope.pages.page import Figure, Rows, Section
from chronotope.pages.words import words

_HOURS = [str(hour) for hour in range(24)]
_INTERESTS = len(figures.COLOURS)  # that a picture tells apart
_TRAITS = 4
_FIRST = 10  # of what stands out


def user_sections(
    profile: Profile,
    rhythm: Rhythm,
    tags: Tags,
    recommended: Recommendations,
    language: Language,
) -> Iterator[Section]:
    """Yield what is known of a user: in words, where, when, what, and what comes next."""
    at = words("as of", language, at=profile.at.isoformat(timespec="minutes"))
    yield Section(words("profile", language), (at, profile.text, *profile.remarks))
    yield from _places(rhythm, language)
    if rhythm:
        names = [place.name or place.id for place in rhythm]
        hours = [list(place.hours) for place in rhythm]
        says = words("rhythm says", language)
        yield Section(words("rhythm", language), (), (figures.grid(says, _HOURS, names, hours),))
    yield _key_times(rhythm, language)
    yield Section(words("tags", language), tags.remarks, (_tags(tags, language),))
    yield _drift(rhythm, language)
    yield Section(
        words("recommendations", language),
        recommended.remarks,
        tuple(_scores(recommended, language)),
    )


def _places(rhythm: Rhythm, language: Language) -> Iterator[Section]:
    """Yield what places are to a user, on a map as far as they lie somewhere."""
    if not rhythm.key_places:
        return
    located = [place for place in rhythm.key_places if place.location]
    drawn = figures.dots(
        words("map", language),
        [place.location for place in located if place.location],
        [place.name or place.id for place in located],
        [place.events for place in located],
        [words(place.role, language) for place in located],
    )
    keys = ("name", "role", "events", "days on", "weeks on", "nights", "work")
    rows = [
        (place.name or place.id, words(place.role, language), f"{place.events:,}",
         f"{place.days:,}", f"{place.weeks:,}", f"{place.nights:.0%}", f"{place.work:.0%}")
        for place in rhythm.key_places
    ]  # fmt: skip
    table = Rows([words(key, language) for key in keys], rows, (2, 3, 4, 5, 6))
    yield Section(
        words("places", language),
        (words("roles note", language),),
        (drawn, table) if drawn else (table,),
    )


def _key_times(rhythm: Rhythm, language: Language) -> Section:
    """Return the hours with more events than expected, and periods and unusual days."""
    parts: list[Figure | Rows] = []
    times = sorted(rhythm.key_times[:_FIRST], key=lambda time: (time.weekday or 0, time.hour))
    if times:
        days = words("days", language).split()
        names = [
            (f"{days[time.weekday - 1]} " if time.weekday else "")
            + words("at", language, hour=time.hour)
            for time in times
        ]
        strength = [(words("strength", language), [time.strength for time in times])]
        parts.append(
            figures.bars(words("key times says", language), names, strength,
                         words("times as expected", language))
        )  # fmt: skip
        keys = ("when", "events", "expected", "strength", "q")
        rows = [
            (name, f"{time.events:,}", f"{time.expected:.1f}", f"{time.strength:.1f}",
             f"{time.q:.2g}")
            for name, time in zip(names, times, strict=True)
        ]  # fmt: skip
        parts.append(Rows([words(key, language) for key in keys], rows, (1, 2, 3, 4)))
    if rhythm.anomalies:
        keys = ("unusual day", "events", "expected", "surprise", "q")
        unusual = [
            (day.day.isoformat(), f"{day.events:,}", f"{day.expected:.1f}",
             f"{day.surprise:+.1f}", f"{day.q:.2g}")
            for day in rhythm.anomalies[:_FIRST]
        ]  # fmt: skip
        parts.append(Rows([words(key, language) for key in keys], unusual, (1, 2, 3, 4)))
    notes = [*rhythm.remarks] if parts else [words("no key times", language), *rhythm.remarks]
    notes += [
        words("period", language, days=period.days, correlation=period.correlation)
        for period in rhythm.periods[:_FIRST]
    ]
    return Section(words("key times", language), notes, parts)


def _drift(rhythm: Rhythm, language: Language) -> Section:
    """Return the interests that rose or fell between the last two spans."""
    span = words("drift note", language, days=rhythm.request["span"])
    changes = rhythm.drift[:_FIRST]
    if not changes:
        return Section(words("drift", language), (span, words("no drift", language)))
    # A ratio without a bound, or of nothing, is drawn to the end of the scale.
    least, most = figures.RATIOS[0], figures.RATIOS[-1]

    def drawn(ratio: float | None) -> float:
        return most if ratio is None else min(max(ratio, least), most)

    picture = figures.intervals(
        words("drift says", language),
        [change.name for change in changes],
        [(drawn(c.ratio), drawn(c.low), drawn(c.high)) for c in changes],
        words("ratio", language),
        ratios=True,
    )
    keys = ("name", "before", "after", "ratio", "interval", "q")
    rows = [
        (c.name, f"{c.before:,}", f"{c.after:,}", _times(c.ratio),
         f"{_times(c.low)} – {_times(c.high)}", f"{c.q:.2g}")
        for c in changes
    ]  # fmt: skip
    table = Rows([words(key, language) for key in keys], rows, (1, 2, 3, 4, 5))
    return Section(words("drift", language), (span,), (picture, table))


def _times(ratio: float | None) -> str:
    return "∞" if ratio is None else f"×{ratio:.2f}"


def _tags(tags: Tags, language: Language) -> Rows:
    headings = [words(key, language) for key in ("name", "weight", "trend", "events", "when")]
    rows = [
        (tag.name, f"{tag.weight:.0%}", words(tag.trend, language), tag.events, tag.when(language))
        for tag in tags
    ]
    return Rows(headings, rows, (1, 3))


def term_series(
    found: Sequence[Recommendation], language: Language
) -> list[tuple[str, list[float]]]:
    """Return what the strongest terms add to the score of each item, then what all others add."""
    shares: dict[str, list[float]] = {}
    for n, item in enumerate(found):
        for term in item.terms or ():
            shares.setdefault(term.feature, [0.0] * len(found))[n] = term.share
    total = {name: sum(map(abs, values)) for name, values in shares.items()}
    kept = sorted(shares, key=lambda name: -total[name])[: len(figures.COLOURS) - 1]
    rest = [(item.rest or 0.0) for item in found]
    for name in sorted(shares.keys() - set(kept)):
        rest = [one + other for one, other in zip(rest, shares[name], strict=True)]
    series = [(name, shares[name]) for name in kept]
    if any(rest):
        series.append((words("rest", language), rest))
    return series


def _scores(found: Recommendations, language: Language) -> Iterator[Figure | Rows]:
    if not found:
        return
    names = [item.name or item.id for item in found]
    series = term_series(found, language)
    yield figures.bars(words("terms", language), names, series, words("score", language))
    headings = [words(key, language) for key in ("name", "kind", "score", "why")]
    rows = [
        (
            item.name or item.id,
            item.category,
            f"{item.score:.2f}",
            "; ".join(item.reasons(language)),
        )
        for item in found
    ]
    yield Rows(headings, rows, (2,))


def city_sections(
    overview: Overview, communities: Communities | None, language: Language
) -> Iterator[Section]:
    """Yield where and when people are, what they turn to, and who belongs together.

    Nobody is told of; of communities size and description, and key people where they were asked
    for.
    """
    least = overview.request["minUsers"]
    told = (
        words("as of", language, at=overview.at.isoformat(timespec="minutes")),
        words("few", language, least=least),
        *overview.remarks,
    )
    yield from overview_sections(overview, told, language)
    yield from community_sections(communities, language)


def overview_sections(
    overview: Overview, notes: Sequence[str], language: Language
) -> Iterator[Section]:
    """Yield where and when people are, and what they turn to."""
    steps = [
        (words("at", language, hour=hour), [area.people[hour] for area in overview])
        for hour in range(24)
    ]
    busiest = max(range(24), key=lambda hour: sum(n or 0 for n in steps[hour][1]))
    drawn = figures.cells(
        words("people in cells", language),
        [area.id for area in overview],
        [area.name for area in overview],
        steps,
        busiest,
    )
    nowhere = () if drawn else (words("nowhere", language),)
    yield Section(words("where", language), (*notes, *nowhere), (drawn,) if drawn else ())
    week = [list(day) for day in overview.week]
    days = words("days", language).split()
    says = words("week says", language)
    yield Section(words("week", language), (), (figures.grid(says, _HOURS, days, week),))
    turned = overview.interests[:_INTERESTS]
    if turned:
        series = [(turn.name, list(turn.hours)) for turn in turned]
        table = Rows(
            [words("name", language), words("people", language)],
            [(turn.name, f"{turn.people:,}") for turn in turned],
            (1,),
        )
        mixed = figures.areas(words("mix says", language), _HOURS, series)
        yield Section(words("mix", language), (), (mixed, table))


def community_sections(found: Communities | None, language: Language) -> Iterator[Section]:
    """Yield communities: size and description, and key people where they were asked for."""
    if found is None:
        return
    says = words(
        "communities says", language, count=len(found), people=found.tied,
        modularity=found.modularity,
    )  # fmt: skip
    keys = ("community", "people", "interests", "items", "cells", "hours")
    rows = [
        (community.id.rpartition(":")[2], f"{community.size:,}",
         *(_more(community, kind) for kind in ("interest", "place", "cell")),
         ", ".join(trait.name for trait in community.told_by("hour")))
        for community in found
    ]  # fmt: skip
    table = Rows([words(key, language) for key in keys], rows, (1,))
    yield Section(words("communities", language), (says, *found.remarks), (table,))
    if found.key_people:
        people = [
            (person.id, person.community, "; ".join(person.because)) for person in found.key_people
        ]
        headings = [words(key, language) for key in ("person", "community", "because")]
        yield Section(words("key people", language), (), (Rows(headings, people),))


def _more(community: Community, kind: str) -> str:
    traits = community.told_by(kind)[:_TRAITS]
    return ", ".join(f"{trait.name} ×{trait.lift:.1f}" for trait in traits)
