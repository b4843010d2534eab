"""Commands, and the graphs that they begin with: small ones of a synthetic city, and a shop."""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import graphs
import world

from chronotope import city, fusion, loading, secrecy
from chronotope.client import Client

CITY = city.CityOptions(residents=120, venues=300, days=60)
MOMENT = "2026-02-20T00:00:00Z"


@dataclass(frozen=True)
class Story:
    """A command, and the graph that it begins with; `{}` is the folder of what it reads."""

    name: str
    begins_with: str
    command: str
    keeps_files: bool = False
    """Whether it keeps files in the cache, which then has to be its own."""


STORIES = (
    Story("migrate", "empty", "migrate apply"),
    Story("load", "migrated", "load --items {}/items.csv --events {}/events.csv"),
    Story(
        "record",
        "migrated",
        f"record ann new --create --kind purchase --value 2.5 --here 45.1,13.1 --at {MOMENT}",
    ),
    Story("follow", "migrated", "follow {}/events.ndjson --batch 200"),
    Story("adopt", "shop", "adopt {}/shop.toml"),
    Story("embed", "peopled", "embed"),
    Story("derive", "peopled", f"derive --at {MOMENT} --taste-dimension 16"),
    Story("learn", "poor", "learn next --users 25 --instances 100 --name mine", keeps_files=True),
    Story("extract", "embedded", "extract"),
    Story("erase", "peopled", "user erase resident-001 resident-002"),
    Story("forget", "peopled", f"forget --before {MOMENT} --yes"),
    Story("backup", "peopled", "server backup graph.tar --overwrite"),
)


def _populate(client: Client, files: Path) -> None:
    loading.load(client.graph, loading.ITEMS, [str(files / "items.csv")], world.CITY_OPTIONS)
    loading.load(client.graph, loading.EVENTS, [str(files / "events.csv")], world.CITY_OPTIONS)


def _spoil(client: Client, _: Path) -> None:
    """Have a model in use that everything beats."""
    fusion.save(client.graph, fusion.Model.blank("next").named("poor"))
    fusion.use(client.graph, "poor")


def _open_shop(client: Client, files: Path) -> None:
    graphs.make(client.graph, graphs.SHOP.replace("range(1, 12)", "range(1, 400)"))
    (files / "shop.toml").write_text(client.guess_mapping(), encoding="utf-8")


SCENES: dict[str, tuple[str | None, Callable[[Client, Path], object]]] = {
    "empty": (None, lambda client, files: None),
    "migrated": ("empty", lambda client, files: client.migrate()),
    "peopled": ("migrated", _populate),
    "embedded": ("peopled", lambda client, files: client.embed()),
    "poor": ("peopled", _spoil),
    "shop": ("empty", _open_shop),
}
"""By name, the graph that it is made from, and how."""


def write_files(folder: Path) -> None:
    """Write what commands read: items, events, a stream of the same events, and keys."""
    _, events = city.write(city.generate(CITY), folder)
    with (
        events.open(encoding="utf-8", newline="") as rows,
        (folder / "events.ndjson").open("w") as stream,
    ):
        for row in csv.DictReader(rows):
            stream.write(json.dumps({key: text for key, text in row.items() if text}) + "\n")
    secrecy.write(folder / "keys.json", secrecy.create())
