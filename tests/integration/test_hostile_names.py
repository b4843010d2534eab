"""Names that are markup, emoji codes or commands to a terminal: shown to the letter."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import world

from chronotope import fusion, loading
from chronotope.cli.main import cli
from chronotope.graph import Graph

NAMES = {  # as they are, and as they are shown
    "cafe": ("Café [/b] end", "Café [/b] end"),
    "bar": ("[red]Rot[/red] :smile:", "[red]Rot[/red] :smile:"),
    "esc": ("\x1b[31mSong [live]", r"\x1b[31mSong [live]"),
    "osc": ("\x1b]0;title\x07Park", r"\x1b]0;title\x07Park"),
    "bidi": ("\u202egnp.exe\u2066", r"\u202egnp.exe\u2066"),
    "c1": ("\x9b2J Gym [link=x]", r"\x9b2J Gym [link=x]"),
}
USER, SHOWN_USER = "u[/x]\u202e", r"u[/x]\u202e"
CATEGORY, SHOWN_CATEGORY = "Cafe [/HW]\x1b[2J\u200f", r"Cafe [/HW]\x1b[2J\u200f"
PLACE, SHOWN_PLACE = "Harbour [bold]\x85x", r"Harbour [bold]\x85x"
MODEL, SHOWN_MODEL = "next [/] \x1b[2J", r"next [/] \x1b[2J"
FRESH, SHOWN_FRESH = "[/fresh]\x7f", r"[/fresh]\x7f"
AT = ("--at", "2026-02-01T12:00:00Z")
UNSEEN = re.compile(
    r"[^\S\n ]|[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


RENAME = world.query(
    "UNWIND $names AS name MATCH (n:Item|Interest|Place) WHERE n.name = name[0] "
    "SET n.name = name[1]",
    mode="write",
    params="names",
)


@pytest.fixture
def hostile(migrated: Graph) -> Graph:
    """Open a graph with names that the loader would refuse: others fill graphs too."""

    def build(graph: Graph) -> None:
        items = [
            {"item_id": item, "name": item, "category": "category", "latitude": 45, "longitude": 13,
             "description": "Bitter espresso, live jazz" if number < 3 else "Tea"}
            for number, item in enumerate((*NAMES, "fresh"))
        ]  # fmt: skip
        items.append({"item_id": "goods", "name": "Goods", "category": "category"})
        seen = [(USER, [*list(NAMES)[:4], "goods"]), ("bob", [*NAMES, "goods"])]
        events = [
            {"user_id": user, "item_id": item, "timestamp": f"2026-01-{day:02}T10:00:00Z",
             "place": "place" if item == "goods" else None}
            for user, items_seen in seen
            for day, item in enumerate(items_seen, 10)
        ]  # fmt: skip
        loading.load_rows(graph, loading.ITEMS, items)
        assert loading.load_rows(graph, loading.EVENTS, events).loaded == 12
        names = [(item, name) for item, (name, _) in NAMES.items()]
        names += [("category", CATEGORY), ("place", PLACE), ("fresh", FRESH)]
        graph.write(RENAME, {"names": names})
        fusion.save(graph, fusion.read_one(graph, "next").named(MODEL))

    return world.play(migrated, "hostile names", build)


ALL = [shown for _, shown in NAMES.values()]
SEEN, NEW = ALL[:4], ALL[4:]
TABLES: dict[tuple[str, ...], list[str]] = {
    ("embed",): [],
    ("extract", "--min-items", "2"): ["Bitter espresso"],
    ("derive", *AT): [],
    ("recommend", USER, "--next", *AT): ALL,
    ("recommend", USER, *AT): NEW,  # nobody returns there
    ("recommend", USER, "--discover", "--text", *AT): [*NEW, SHOWN_CATEGORY],
    ("recommend", USER, "--new-items", *AT): [SHOWN_FRESH],
    ("trending", *AT): [],
    ("explain", USER, "c1", *AT): [ALL[-1]],
    ("search", "tea", "--user", USER, *AT): [*ALL, SHOWN_CATEGORY],
    ("audience", "--interest", CATEGORY, "--min-size", "1", *AT): [SHOWN_USER, SHOWN_CATEGORY],
    ("refresh", "--no-learn"): [],
    ("profile", USER, *AT): [SHOWN_CATEGORY],
    ("profile", "--all", *AT): [],
    ("tags", USER, *AT): [SHOWN_CATEGORY],
    ("rhythm", USER, *AT): [*SEEN, SHOWN_PLACE],
    ("rhythm", "--interest", CATEGORY, "--min-users", "1", *AT): [],
    ("flows", *AT): [],
    ("publish", "interests", "--epsilon", "1", *AT): [SHOWN_CATEGORY],
    ("query", "list"): ["recommend.discover"],
    ("query", "show", "recommend.next"): [],
    ("plugin", "path"): [],
    ("plugin", "status"): [],
    ("query", "run", "embed.read_items"): ALL,
    ("query", "run", "profile.rhythm", "--param", f"user={USER}"): [SHOWN_PLACE],
    ("kinds",): ["purchase"],
    ("models", "list"): [SHOWN_MODEL],
    ("models", "diff", MODEL, "next"): [SHOWN_MODEL],
    ("models", "use", MODEL): [SHOWN_MODEL],
    ("migrate", "info"): ["V0001__Graph_model.cypher"],
    ("migrate", "validate"): [],
    ("migrate", "apply"): [],
    ("migrate", "clean", "--dry-run"): [],
    ("migrate", "repair", "--dry-run"): [],
    ("doctor",): [],
}
"""Each command, in an order in which it has something to show, and what it has to show."""

ELSEWHERE = {
    "adopt", "communities", "decline", "decrypt", "demo", "evaluate", "evaluate audience",
    "evaluate live",
    "explore", "export", "follow", "forget", "gaps", "hotspots", "keys create", "keys pseudonym",
    "keys rotate", "kinds set", "learn", "load", "load events", "load friendships", "load items",
    "mcp", "plugin install", "publish audience", "publish budget", "publish flows",
    "publish hotspots", "publish rhythm", "query export", "record", "report city",
    "report evaluation", "report interest", "report user", "retract", "server backup",
    "server dump", "server env",
    "server logs", "server reset", "server restore", "server start", "server status", "server stop",
    "server upgrade", "train-encoder", "user erase", "user export",
}  # fmt: skip
"""Commands with no table of names; what `load` and `evaluate` reject is tested by itself."""


def leaves(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[str]:
    if not isinstance(command, click.Group) or command.invoke_without_command:
        yield " ".join(path)
    if isinstance(command, click.Group):
        for name in command.list_commands(context := click.Context(command)):
            child = command.get_command(context, name)
            assert child is not None
            yield from leaves(child, (*path, name))


def test_names_are_shown_to_the_letter_by_every_command(hostile: Graph, run: world.Run) -> None:
    world.spoil(hostile)
    for arguments, names in TABLES.items():
        done = run(*arguments)
        assert done.returncode == 0, (arguments, done.stderr)
        assert UNSEEN.findall(done.stdout + done.stderr) == [], arguments
        missing = [name for name in names if name not in done.stdout]
        assert missing == [], (arguments, done.stdout)
    told = {" ".join(arguments[:2]) for arguments in TABLES} | {a[0] for a in TABLES}
    assert set(leaves(cli)) - told == ELSEWHERE


def test_an_id_to_retract_is_told_to_the_letter(hostile: Graph, run: world.Run) -> None:
    del hostile
    done = run("retract", "[red]\x1b[31m")
    assert done.returncode == 5
    assert r"[red]\x1b[31m" in done.stdout + done.stderr


def test_json_holds_the_names_themselves_and_no_command_to_a_terminal(
    hostile: Graph, run: world.Run
) -> None:
    done = run("query", "run", "embed.read_items", "--json")
    assert UNSEEN.findall(done.stdout) == []
    found = {row["id"]: row["name"] for row in json.loads(done.stdout)["rows"]}
    assert found == {row["id"]: row["name"] for row in hostile.read("embed.read_items")}
    assert found["bidi"] == NAMES["bidi"][0]


@pytest.mark.parametrize(
    "arguments",
    [
        ("tags", "\x1b[2J[/x]"),
        ("recommend", USER, "--model", "\x1b[2J[/x]"),
        ("search", "tea", "--interest", "\x1b[2J[/x]"),
        ("search", "tea", "--user", "\x1b[2J[/x]"),
        ("query", "show", "\x1b[2J[/x]"),
        ("query", "run", "profile.tags", "--param", "\x1b[2J[/x]=1"),
        ("models", "use", "\x1b[2J[/x]"),
        ("embed", "--encoder", "\x1b[2J[/x]"),
        ("load", "items", "\x1b[2J[/x]"),
        ("\x1b[2J[/x]",),
        ("tags", "me", "--at", "\x1b[2J[/x]"),
        ("--uri", "\x1b[2J[/x]", "doctor"),
        ("migrate", "apply", "--location", "\x1b[2J[/x]"),
    ],
)
def test_errors_show_what_they_are_about_and_do_not_obey_it(
    hostile: Graph, run: world.Run, arguments: tuple[str, ...]
) -> None:
    del hostile
    done = run(*arguments)
    assert done.returncode in (1, 2)
    assert done.stdout == ""
    assert r"\x1b[2J[/x]" in done.stderr
    assert UNSEEN.findall(done.stderr) == []


def test_rejected_rows_are_shown_to_the_letter(run: world.Run, tmp_path: Path) -> None:
    row = {"user_id": "[/x]", "item_id": "a", "timestamp": "[red]\u202enoon"}
    (tmp_path / "e.ndjson").write_text(json.dumps(row) + "\n")
    done = run("load", "events", str(tmp_path / "e.ndjson"), "--dry-run")
    assert r"'[red]\u202enoon' is not a time" in done.stderr
    assert UNSEEN.findall(done.stderr) == []
