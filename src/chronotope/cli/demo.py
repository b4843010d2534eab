"""`chronotope demo`: a synthetic city, from nothing to explained recommendations."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click

from chronotope import city, config, server
from chronotope.cli.recommend import recommendations_table
from chronotope.cli.session import Target, out, progress_bar, talk
from chronotope.client import Client, Recommendations
from chronotope.loading import ReadOptions, Watch

_SHOWN = 5
_RESIDENTS = ("resident-001", "resident-002", "resident-003")
_LAST_EVENING = datetime(2026, 6, 29, 0, 0, tzinfo=UTC)
"""Just after the last event of the city."""


@dataclass(frozen=True)
class _Scene:
    """A moment and a place of the city."""

    title: str
    at: datetime
    here: tuple[float, float]


def _scenes(home: tuple[float, float]) -> tuple[_Scene, _Scene]:
    zone = ZoneInfo(city.ZONE)
    return (
        _Scene("Monday, 7:40, leaving home", datetime(2026, 6, 29, 7, 40, tzinfo=zone), home),
        _Scene(
            "Saturday, 22:15, in the centre",
            datetime(2026, 7, 4, 22, 15, tzinfo=zone),
            city.CENTER,
        ),
    )


@click.command()
def demo() -> None:
    """Make a synthetic city and show explained recommendations for some of its residents.

    It lives in a server of its own, which `chronotope --demo …` reaches; your data is not touched.
    The first run fetches Neo4j (161 MB) and takes a few minutes; later ones take seconds.
    """
    town = city.generate()
    with Target(None, server.DEMO).client() as client:
        _build(client, town)
        for name in _RESIDENTS:
            _show_resident(client, name, town.homes[name])
        _show_stranger(client)
    out.print("\nGo on", style="bold")
    out.print(
        "  chronotope --demo recommend resident-004 --at 2026-06-30T12:15:00+02:00\n"
        "  chronotope --demo search 'quiet coffee in the afternoon' --user resident-001\n"
        "  chronotope --demo tags resident-001 --at 2026-06-30\n"
        "  chronotope --demo query show recommend.discover    the one query behind it\n"
        "  chronotope --demo doctor\n"
        "  chronotope load --help    your own data, in a server of its own\n"
        "  chronotope --demo explore    all of it in a browser, live"
    )


def _build(client: Client, town: city.City) -> None:
    client.migrate(announce=lambda source: talk.print(f"Applying {source}"))
    if client.run("doctor.describe_graph")[0]["derivedAt"] is not None:
        return
    items, events = city.write(town, config.home() / "demo-city")
    talk.print(
        f"A city of {len(town.homes):,} residents, {len(town.items):,} venues and goods, "
        f"{len(town.events):,} events"
    )
    options = ReadOptions(local_timezone=ZoneInfo(city.ZONE))
    with progress_bar("Reading", steps=True) as progress:
        client.load_items(items, options, Watch(progress=progress))
        client.load_events(events, options, Watch(progress=progress))
    with progress_bar("Embedding texts", steps=True) as progress:
        client.embed(progress=progress)
    with progress_bar("Deriving statistics", steps=True) as progress:
        client.derive(_LAST_EVENING, progress=progress)


def _show_resident(client: Client, name: str, home: tuple[float, float]) -> None:
    for scene in _scenes(home):
        recommendations = client.recommend(
            name, at=scene.at, here=scene.here, only="places", k=_SHOWN
        )
        _show(name, f", {scene.title}: where next?", recommendations)
    places = client.discover(name, at=_LAST_EVENING, only="places", k=_SHOWN)
    _show(name, ": which places that are new to them will they like?", places)
    goods = client.discover(name, at=_LAST_EVENING, only="goods", k=_SHOWN)
    _show(name, ": which goods?", goods)


def _show_stranger(client: Client) -> None:
    scene = _scenes(city.CENTER)[1]
    recommendations = client.recommend(
        "a stranger", at=scene.at, here=scene.here, only="places", k=_SHOWN
    )
    _show("A stranger", f", {scene.title}: where next?", recommendations)


def _show(who: str, question: str, recommendations: Recommendations) -> None:
    out.print(f"\n{who}", style="bold", end="")
    out.print(question)
    out.print(recommendations_table(recommendations))
