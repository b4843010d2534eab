"""Loading under trouble: crashes, rivals, interrupts; and the bulk import beside Bolt."""

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest
import world

from chronotope import loading, migrations, server
from chronotope.config import Connection
from chronotope.errors import InputError, ServerError
from chronotope.graph import Graph
from chronotope.loading import ReadOptions

Inputs = Sequence[tuple[loading.Table, Sequence[str]]]

EVENTS = 40_000
KILLED_RUNS = int(os.environ.get("CHRONOTOPE_KILLED_RUNS", "1"))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the local server a home of its own; return it."""
    monkeypatch.setenv("CHRONOTOPE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("NEO4J_URI", raising=False)
    return tmp_path / "home" / server.MAIN


def write_events(
    path: Path, seed: int, count: int = EVENTS, *, contradictory: bool = False
) -> Path:
    """Write a file of events, some of them twice (perhaps at another place), some of them wrong."""
    draw = random.Random(seed)
    lines = ["user_id,item_id,timestamp,latitude,longitude,place\n"]
    for n in range(count):
        second = draw.randrange(count // 4 * 3)
        where = (f"45.{second % 97:02},13.{second % 89:02},", ",,Harbour", ",,")[
            draw.randrange(3) if contradictory else second % 3
        ]
        user = "" if n % 1000 == 999 else f"u{second % 499}"
        moment = f"2026-{1 + second % 9:02}-01T{second % 24:02}:{second % 60:02}:00Z"
        lines.append(f"{user},i{second % 331},{moment},{where}\n")
    path.write_text("".join(lines))
    return path


def graph_of(graph: Graph) -> tuple[list[Any], list[Any]]:
    """Return all nodes and relationships but those of the schema, in an order of their own."""
    nodes = world.rows(
        graph,
        "MATCH (n) WHERE NOT n:__Neo4jMigration|__Neo4jMigrationsLock|FusionModel|HiddenUnit "
        "RETURN labels(n) AS labels, properties(n) AS properties",
        "labels properties",
    )
    relationships = world.rows(
        graph,
        "MATCH (a:User|Item|Interest|Cell)-[r]->(b) RETURN a.id AS a, type(r) AS kind, b.id AS b, "
        "properties(r) AS properties",
        "a kind b properties",
    )
    return sorted(map(plain, nodes)), sorted(map(plain, relationships))


def plain(row: tuple[Any, ...]) -> str:
    return json.dumps(row, default=str, sort_keys=True)


def chronotope(*arguments: str, **options: Any) -> "subprocess.Popen[str]":
    command = [*world.PROCESS, *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, **{**pipes, **options})


def test_the_last_events_are_kept_with_what_each_user_had(graph: Graph, tmp_path: Path) -> None:
    rows = [
        "ann,park,2026-01-01T08:00:00Z,purchase",
        "ann,park,2026-01-02T08:00:00Z,view",
        "ann,park,2026-01-03T08:00:00Z,view",
        "ann,gym,2026-01-01T09:00:00Z,visit",
        "ann,gym,2026-01-02T09:00:00Z,visit",
        "bob,gym,2026-01-05T09:00:00Z,visit",
        "bob,gym,yesterday,visit",
        "bob,gym,2026-01-06T09:00:00Z,visit",
    ]
    path = tmp_path / "events.csv"
    path.write_text("\n".join(["user_id,item_id,timestamp,kind", *rows]))
    done = loading.load(graph, loading.EVENTS, [str(path)], ReadOptions(last=2))
    assert (done.rows, done.loaded, done.older, done.rejected) == (8, 5, 2, 1)
    text = (
        "MATCH (user)-[e:INTERACTED]->(item) RETURN user.id AS user, item.id AS item, "
        "e.kind AS kind, e.at.day AS day ORDER BY user, item, day"
    )
    assert world.rows(graph, text, "user item kind day") == [
        ("ann", "gym", "visit", 2),
        ("ann", "park", "purchase", 1),
        ("ann", "park", "view", 3),
        ("bob", "gym", "visit", 5),
        ("bob", "gym", "visit", 6),
    ]


@pytest.mark.slow
@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("run", range(KILLED_RUNS))
def test_a_load_that_is_killed_again_and_again_ends_in_the_same_graph(
    graph: Graph, tmp_path: Path, run: int
) -> None:
    path = write_events(tmp_path / "events.csv", seed=run, contradictory=True)
    whole = loading.load(graph, loading.EVENTS, [str(path)])
    expected = graph_of(graph)
    draw = random.Random(run)
    with Graph(server.start()) as disturbed:
        migrations.apply(disturbed)
    try:
        for victim in ("loader", "server", "loader"):
            loader = chronotope("load", "events", str(path), "--json")
            time.sleep(draw.uniform(1, 3))
            if victim == "loader":
                loader.kill()
            else:
                pid = server.status().pid
                assert pid is not None
                psutil.Process(pid).kill()
                time.sleep(0.5)
                server.start()  # a loader that is still there goes on with it
            loader.communicate()
        last = chronotope("load", "events", str(path), "--json")
        output, complaint = last.communicate()
        assert last.returncode == 5, complaint
        (summary,) = json.loads(output)["loads"]
        assert (summary["rows"], summary["rejected"]) == (whole.rows, whole.rejected)
        with Graph(server.start()) as disturbed:
            assert graph_of(disturbed) == expected
    finally:
        server.stop()


def test_two_loaders_of_overlapping_files_lose_and_double_nothing(
    graph: Graph, connection: Connection, tmp_path: Path
) -> None:
    path = write_events(tmp_path / "events.csv", seed=1, count=8000)
    lines = path.read_text().splitlines(keepends=True)
    files = [tmp_path / "first.csv", tmp_path / "second.csv"]
    files[0].write_text("".join(lines[:6000]))
    files[1].write_text(lines[0] + "".join(reversed(lines[3000:])))

    def load(file: Path) -> loading.Summary:
        with Graph(connection) as own:
            return loading.load(own, loading.EVENTS, [str(file)])

    with ThreadPoolExecutor(2) as threads:
        both = list(threads.map(load, files))
    together = graph_of(graph)
    world.wipe(graph)
    alone = loading.load(graph, loading.EVENTS, [str(path)])
    assert sum(summary.loaded for summary in both) == alone.loaded
    assert together == graph_of(graph)


def test_an_interrupt_finishes_the_batch_and_reports(graph: Graph, connection: Connection) -> None:
    environment = {
        **os.environ,
        "NEO4J_URI": connection.uri,
        "NEO4J_USERNAME": connection.username,
        "NEO4J_PASSWORD": connection.password,
    }
    loader = chronotope("load", "events", "-", "--json", env=environment, stdin=subprocess.PIPE)
    assert loader.stdin is not None
    loader.stdin.write("user_id,item_id,timestamp\n")
    for n in range(12_000):  # three batches: the first is written while the third is awaited
        loader.stdin.write(f"u{n % 10},i,2026-01-01T{n % 24:02}:{n // 200:02}:{n % 60:02}Z\n")
        loader.stdin.flush() if n == 9000 else None
    deadline = time.monotonic() + 30
    while not graph.read("doctor.describe_graph")[0]["events"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    loader.send_signal(signal.SIGINT)
    output, complaint = loader.communicate()
    assert loader.returncode == 130, complaint
    (summary,) = json.loads(output)["loads"]
    assert summary["interrupted"] is True
    fates = ("loaded", "updated", "unchanged", "duplicate", "rejected")
    assert sum(summary[fate] for fate in fates) == summary["rows"]
    assert graph.read("doctor.describe_graph")[0]["events"] == summary["loaded"]


@pytest.mark.slow
def test_a_load_that_is_killed_and_run_again_keeps_every_rejected_row_once(
    graph: Graph, connection: Connection, tmp_path: Path
) -> None:
    path, rejects = tmp_path / "events.csv", tmp_path / "r.ndjson"
    header = "event_id,user_id,item_id,timestamp\n"
    good = [f"{n},u{n % 10},i,2026-01-01T00:{n // 1000:02}:{n % 60:02}Z\n" for n in range(32_000)]
    (tmp_path / "first.csv").write_text(header + "20000,other,i,2026-01-01T00:00:00Z\n")
    loading.load(graph, loading.EVENTS, [str(tmp_path / "first.csv")])
    lines = [header] + [",,,\n" if n % 7 == 3 else row for n, row in enumerate(good)]
    path.write_text("".join(lines))
    command = ("load", "events", str(path), "--rejects", str(rejects))
    environment = {
        **os.environ,
        "NEO4J_URI": connection.uri,
        "NEO4J_USERNAME": connection.username,
        "NEO4J_PASSWORD": connection.password,
    }
    for wanted in (1, 10_000):
        loader = chronotope(*command, env=environment)
        deadline = time.monotonic() + 60
        while graph.read("doctor.describe_graph")[0]["events"] <= wanted:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        loader.kill()
        loader.communicate()
        (part,) = tmp_path.glob("*.part")
        assert not rejects.exists()
    last = chronotope(*command, env=environment)
    _, complaint = last.communicate()
    assert last.returncode == 5, complaint
    found = [json.loads(line)["line"] for line in rejects.read_text().splitlines()]
    assert sorted(found) == sorted([*range(5, 32_002, 7), 20_002])
    assert not part.exists()


@pytest.mark.slow
@pytest.mark.usefixtures("home")
def test_the_bulk_import_makes_the_graph_that_bolt_makes(graph: Graph, tmp_path: Path) -> None:
    world.load(graph, tmp_path, world.ITEMS + 'odd,"Two\nlines, ""q""",Arts > Odd,,0,0,x;y\n')
    items, town = tmp_path / "items.csv", tmp_path / "events.csv"
    others = write_events(tmp_path / "others.csv", seed=3, count=2000)
    knows = tmp_path / "friends.csv"
    knows.write_text("user_id,friend_id\nann,bob\nann,zoe\nann,bob\n")
    loading.load(graph, loading.EVENTS, [str(others)], world.OPTIONS)
    loading.load(graph, loading.FRIENDSHIPS, [str(knows)])
    inputs = [
        (loading.EVENTS, [str(town), str(others)]),
        (loading.ITEMS, [str(items)]),
        (loading.FRIENDSHIPS, [str(knows)]),
    ]
    summaries = load_offline(inputs, world.OPTIONS)
    assert [(s.table, s.rejected, s.duplicate > 0) for s in summaries] == [
        ("items", 0, False), ("events", 2, True), ("friendships", 0, True)
    ]  # fmt: skip
    try:
        with Graph(server.start()) as imported:
            assert graph_of(imported) == graph_of(graph)
        with pytest.raises(InputError, match="holds data already"):
            load_offline(inputs)
    finally:
        server.stop()


@pytest.mark.usefixtures("home")
def test_odd_rows_have_the_same_fate_on_line_and_in_a_bulk_import(
    graph: Graph, tmp_path: Path
) -> None:
    items = [
        {"item_id": "i" * 512, "category": "x" * 7991, "tags": "y" * 7992},
        {"item_id": "b", "category": "x" * 9000},
        {"item_id": "c", "tags": "y" * 9000},
        {"item_id": "d", "description": 'a "quoted"\n\\ text ' * 1000, "name": ' \\"' * 9},
        {"item_id": "e", "description": "x" * 1_000_000},
        {"item_id": "f", "description": "x" * 5_000_000},
        {"item_id": "g", "category": "Two\nLines > A, b; C", "tags": ["a\r\nb", "c\\"]},
        {"item_id": "h", "location": "POINT(13 45)"},
    ]
    moments = {
        "2024-05-01T10:00:00+19:00": "",
        "2024-05-01T11:00:00+18:00": "",
        "1910-05-01T11:00:00+00:19:32": "",
        "1910-05-01T11:00:00-00:19:32": "",
        "2024-06-30T23:59:60Z": "",
        "2024-05-01": "Asia/Tokyo",
        "2018-11-04": "America/Sao_Paulo",
        "2024-05-01T10:00:00": "EST",
        "2024-05-01T10:00:01": "+05:30",
        "2024-10-27T00:30:00Z": "Europe/Rome",
        "2024-10-27T01:30:00Z": "Europe/Rome",
        "1900-01-01T12:00:00": "Europe/Amsterdam",
    }
    paths = {loading.ITEMS: tmp_path / "i.ndjson", loading.EVENTS: tmp_path / "e.csv"}
    paths[loading.ITEMS].write_text("".join(json.dumps(item) + "\n" for item in items))
    rows = [f"u,i{n},{at},{zone}\n" for n, (at, zone) in enumerate(moments.items())]
    paths[loading.EVENTS].write_text("user_id,item_id,timestamp,zone\n" + "".join(rows))
    on_line = [loading.load(graph, table, [str(path)]) for table, path in paths.items()]
    inputs = [(table, [str(path)]) for table, path in paths.items()]
    off_line = load_offline(inputs)
    for one, other in zip(on_line, off_line, strict=True):
        assert list(map(str, one.rejections)) == list(map(str, other.rejections))
        assert one.loaded == other.loaded
    assert [[rejection.line for rejection in one.rejections] for one in on_line] == [
        [2, 3, 6], [2, 6, 9]
    ]  # fmt: skip
    try:
        with Graph(server.start()) as imported:
            assert graph_of(imported) == graph_of(graph)
    finally:
        server.stop()


@pytest.mark.usefixtures("home")
def test_what_is_declined_and_kept_is_the_same_on_line_and_in_a_bulk_import(
    graph: Graph, tmp_path: Path
) -> None:
    items = [
        {"item_id": "a", "price": 5, "colours": ["red", "blue"], "code": "007"},
        {"item_id": "b", "price": 9.5, "colours": [], "code": None},
        {"item_id": "c", "price": "on request", "colours": [1, 2.5], "code": True},
        {"item_id": "d"},
    ]
    events = [
        "1,ann,a,visit,,", "2,ann,b,dislike,,Harbour", "3,ann,c,spam,2,", "4,ann,a,rating,1,",
        "5,ann,b,,1,", "6,ann,c,rating,5,", "7,ann,a,rating,1,", "8,ann,b,rating,5,",
        "7,ann,a,rating,4,", "8,ann,b,rating,2,", "9,ann,b,unheard of,,",
    ]  # fmt: skip
    paths = {loading.ITEMS: tmp_path / "i.ndjson", loading.EVENTS: tmp_path / "e.csv"}
    paths[loading.ITEMS].write_text("".join(json.dumps(item) + "\n" for item in items))
    head = "event_id,user_id,item_id,kind,value,place,timestamp\n"
    rows = [f"{row},2026-05-0{row[0]}T12:00:00+02:00\n" for row in events]
    paths[loading.EVENTS].write_text(head + "".join(rows))
    options = ReadOptions(
        keep=("price", "colours", "code"), rating_threshold=3, shared=True, constants={"zone": "Z"}
    )
    spam = {"name": "spam", "weight": -0.5, "goal": False}
    with Graph(server.start()) as empty:
        migrations.apply(empty)
        empty.write("kinds.set_kind", spam)
    graph.write("kinds.set_kind", spam)
    try:
        on_line = [loading.load(graph, table, [str(p)], options) for table, p in paths.items()]
        off_line = load_offline([(table, [str(p)]) for table, p in paths.items()], options)
        with Graph(server.start()) as imported:
            assert graph_of(imported) == graph_of(graph)
            kept = "MATCH (i:Item) RETURN [i.price, i.colours, i.code] AS kept ORDER BY i.id"
            assert [row for (row,) in world.rows(imported, kept, "kept")] == [
                [5, ["red", "blue"], "007"],
                [9.5, [], None],
                ["on request", [1.0, 2.5], True],
                [None, None, None],
            ]
    finally:
        graph.write(world.query("MATCH (k:EventKind {name: 'spam'}) DELETE k", mode="write"))
        server.stop()
    text = "MATCH ()-[d:DECLINED]->() RETURN d.id AS id ORDER BY id"
    assert [name for (name,) in world.rows(graph, text, "id")] == ["2", "3", "4", "5", "8"]
    for one, other in zip(on_line, off_line, strict=True):
        assert (one.remarks, one.kinds) == (other.remarks, other.kinds)
        assert (one.loaded, one.updated, one.unknown_columns) == (other.loaded, other.updated, ())
    assert [remark.partition(":")[0] for remark in on_line[1].remarks] == [
        "4 of 7 ratings are under 3 (--rating-threshold)",
        "Kept as declined, not as events",
        "Kinds that the graph does not know, which weigh 1",
    ]


@pytest.mark.slow
def test_a_bulk_import_that_fails_leaves_the_store_as_it_was(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "e.csv"
    path.write_text("user_id,item_id,timestamp\nann,a,2026-01-01T00:00Z\nann,b,2026-01-01T00:00Z\n")
    inputs = [(loading.EVENTS, [str(path)])]
    monkeypatch.chdir(tmp_path)
    with Graph(server.start()) as graph:
        migrations.apply(graph)
    before = server.status()

    def meddle(graph: Graph) -> None:
        graph.write(world.query("MATCH ()-[e:INTERACTED]->() DELETE e", mode="write"))

    def interrupt(_: Graph) -> None:
        raise KeyboardInterrupt

    def fill(_: Graph) -> None:
        with Graph(server.start()) as own:
            own.write(world.query("CREATE (:Customer {name: 'x'})", mode="write"))

    try:
        with monkeypatch.context() as patch:
            patch.setattr(loading.ImportFiles, "arguments", lambda _: ["--nodes=User=none.csv"])
            with pytest.raises(ServerError, match="The bulk import failed"):
                load_offline(inputs)
        for make_schema, error, sentence in (
            (meddle, ServerError, "took 0 of 2 events; the local server's graph is as it was"),
            (interrupt, KeyboardInterrupt, None),
            (fill, InputError, "holds data already"),  # somebody else, meanwhile
        ):
            with pytest.raises(error, match=sentence):
                load_offline(inputs, make_schema=make_schema)
            assert server.status() == before
            assert sorted(entry.name for entry in home.glob("import-*")) == []
        assert sorted(os.listdir(tmp_path)) == ["e.csv", "home"]
        with Graph(server.start()) as graph:
            migrations.require_current(graph)
            graph.write(world.query("MATCH (n:Customer) DELETE n", mode="write"))
        (summary,) = load_offline(inputs)
        assert (summary.loaded, summary.bare_items) == (2, 2)
        with Graph(server.start()) as graph:
            migrations.require_current(graph)
            assert graph.read("doctor.describe_graph")[0]["events"] == 2
    finally:
        server.stop()


@pytest.mark.usefixtures("home")
def test_a_strict_bulk_import_rejects_events_of_unknown_items(tmp_path: Path) -> None:
    (tmp_path / "i.csv").write_text("item_id\na\n")
    (tmp_path / "e.csv").write_text(
        "user_id,item_id,timestamp\nann,b,2026-01-01T00:00Z\nann,a,2026-01-01T00:00Z\n"
    )
    inputs = [
        (loading.ITEMS, [str(tmp_path / "i.csv")]),
        (loading.EVENTS, [str(tmp_path / "e.csv")]),
    ]
    items, events = load_offline(inputs, loading.ReadOptions(strict=True))
    assert (items.loaded, events.loaded, events.rejected, events.bare_items) == (1, 1, 1, 0)
    assert str(events.rejections[0]).endswith("2: item_id: 'b' is no item of the graph (--strict)")


def with_schema(graph: Graph) -> None:
    migrations.apply(graph, migrations.MigrateOptions(adopt=True))


def load_offline(
    inputs: Inputs,
    options: ReadOptions = loading.ReadOptions(),  # noqa: B008  frozen
    make_schema: Callable[[Graph], object] = with_schema,
) -> list[loading.Summary]:
    return loading.load_offline(server.MAIN, inputs, options, make_schema=make_schema)
