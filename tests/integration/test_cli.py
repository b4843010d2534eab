"""The command line as a user types it: output, exit codes, errors in a sentence."""

import gzip
import json
import os
import shutil
import subprocess
import termios
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import world

from chronotope import resources
from chronotope.graph import Graph


def test_from_files_to_recommendations(run: world.Run, graph: Graph, tmp_path: Path) -> None:
    (tmp_path / "items.csv").write_text(world.ITEMS, encoding="utf-8")
    (tmp_path / "events.csv").write_text(world.EVENTS, encoding="utf-8")
    for command in (
        ("migrate", "apply"),
        ("load", "items", str(tmp_path / "items.csv")),
        ("load", "events", str(tmp_path / "events.csv"), "--local-timezone", "Europe/Rome"),
        ("derive", "--at", "2026-03-02T00:00:00Z", "--taste-dimension", "3"),
    ):
        done = run(*command)
        assert (done.returncode, done.stderr.count("Error")) == (0, 0), done.stderr
    moment = ("--at", "2026-03-02T08:00:00+01:00")
    table = run("recommend", "ann", *moment)
    assert table.stdout.splitlines()[1].split()[:3] == ["1", "Café", "A"]
    assert "there 4 times at this hour" in table.stdout
    found = json.loads(run("recommend", "ann", "--discover", *moment, "-k", "3", "--json").stdout)
    assert [found[name] for name in ("user", "known", "model")] == ["ann", True, "discover"]
    assert found["request"]["k"] == len(found["recommendations"]) == 3
    assert found["asOf"] == "2026-03-02T00:00:00+00:00"
    assert found["recommendations"][0]["location"]["type"] == "Point"
    assert "the graph has no user 'nobody'" in run("recommend", "nobody").stderr.lower()
    assert graph.read("doctor.describe_graph")[0]["events"] == 23


def test_rejected_rows_are_shown_kept_and_told_by_the_exit_code(
    run: world.Run, graph: Graph, tmp_path: Path
) -> None:
    file, rejects = tmp_path / "events.csv", tmp_path / "rejects.ndjson"
    file.write_text("user_id,item_id,timestamp\nann,a,noon\nann,a,2026-05-01T12:00:00Z\n")
    done = run("load", "events", str(file), "--rejects", str(rejects), "--json")
    assert done.returncode == 5
    assert f"{file}:2: timestamp: 'noon' is not a time in ISO 8601" in done.stderr
    (summary,) = json.loads(done.stdout)["loads"]
    assert (summary["rows"], summary["loaded"], summary["rejected"]) == (2, 1, 1)
    assert summary["rejections"][0]["column"] == "timestamp"
    assert json.loads(rejects.read_text())["row"] == {
        "user_id": "ann", "item_id": "a", "timestamp": "noon",
    }  # fmt: skip
    assert graph.read("doctor.describe_graph")[0]["events"] == 1


def test_a_dry_run_writes_nothing(run: world.Run, graph: Graph, tmp_path: Path) -> None:
    file = tmp_path / "items.csv"
    file.write_text("item_id\na\n")
    assert "1 rows of items would be read" in run("load", "items", str(file), "--dry-run").stdout
    assert graph.read("doctor.describe_graph")[0]["items"] == 0


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("load", "items", "none.csv"), 1, "none.csv cannot be read: No such file"),
        (
            ("load", "items", "none.csv", "--map", "x"),
            2,
            "'x' is not KEY=VALUE, like",
        ),
        (("load", "items", "*.none"), 1, "No file matches *.none"),
        (("load", "items", "none.csv", "--max-rejects", "few"), 2, "neither a number of rows nor"),
        (("load", "events", "none.csv", "--offline"), 1, "--offline fills the local server, not"),
        (("load", "--offline"), 2, "Name files: --items FILE"),
        (("load", "--offline", "items", "none.csv"), 2, "Give the options after the table"),
        (("load", "events", "none.csv", "--timezone", "Mars"), 2, "'Mars' is no time zone"),
        (("embed", "--encoder", "word2vec"), 1, "There is no encoder 'word2vec'"),
        (("query", "run", "profile.rhythm"), 1, "needs the parameter 'user' (STRING)"),
        (("query", "run", "recommend.next", "--param", "x=1"), 1, "has no parameter 'x'"),
        (("query", "run", "embed.clear_vectors", "--param", "size=1"), 1, "changes the graph"),
        (("query", "run", "./none.cypher"), 1, "The file none.cypher cannot be read: No such"),
        (("query", "show", "recommend.nothing"), 1, "There is no query 'recommend.nothing'"),
        (("derive", "--at", "noon"), 2, "'noon' is not a moment; write it like 2026-11-25T18:30"),
        (("migrate", "apply", "--placeholder", "who"), 2, "'who' is not KEY=VALUE"),
        (("query", "run", "recommend.next", "--param", "user"), 2, "'user' is not KEY=VALUE"),
        (("recommend", "ann", "--at", "noon"), 2, "'noon' is not a moment"),
        (("recommend", "ann", "--here", "0,999"), 2, "'0,999' is not a place"),
        (("tags",), 2, "Missing argument 'USER'"),
        (("--uri", "http://x", "doctor"), 1, "has to begin with bolt://"),
        (("--uri", "bolt://127.0.0.1:1", "doctor"), 3, "No Neo4j server answers"),
    ],
)
def test_errors_are_sentences(
    run: world.Run, graph: Graph, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    done = run(*arguments)
    assert done.returncode == code
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert graph.read("doctor.describe_graph")[0]["items"] == 0


def test_a_wrong_password_is_said_without_showing_it(run: world.Run) -> None:
    done = run("doctor", NEO4J_PASSWORD="not-the-password")
    assert done.returncode == 3
    assert "refuses the name or the password of user 'neo4j'" in done.stderr
    assert "not-the-password" not in done.stderr


def test_queries_are_listed_and_shown(run: world.Run) -> None:
    assert "recommend.discover" in run("query", "list").stdout
    assert run("query", "show", "recommend.next").stdout.startswith("// Recommend where the user")


def test_a_query_runs_with_typed_parameters(run: world.Run, graph: Graph) -> None:
    done = run("query", "run", "user.describe_history", "--param", "user=ann", "--json")
    found = json.loads(done.stdout)
    assert (found["query"], found["parameters"]) == ("user.describe_history", {"user": "ann"})
    assert found["rows"][0]["known"] is False
    assert graph.read("doctor.describe_graph")[0]["users"] == 0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder of migrations that adds to chronotope's own."""
    folder = tmp_path / "migrations"
    shutil.copytree(resources.folder("migrations"), folder)
    (folder / "V9000__Extra.cypher").write_text("CREATE (:Extra {who: '${nm:who}'});\n")
    return folder


def test_migrations_are_planned_validated_and_listed(
    run: world.Run, graph: Graph, folder: Path
) -> None:
    here = ("--location", str(folder))
    assert run("migrate", "validate").stdout.startswith("Valid: ")
    pending = run("migrate", "validate", *here)
    assert (pending.returncode, pending.stdout) == (1, "V9000__Extra.cypher is pending.\n")
    plan = run("migrate", "apply", *here, "--dry-run", "--placeholder", "who=ann")
    assert plan.stdout == "// V9000__Extra.cypher (pending)\nCREATE (:Extra {who: 'ann'});\n"
    missing = run("migrate", "apply", *here)
    assert missing.returncode == 1
    assert "V9000__Extra.cypher:1: the placeholder ${nm:who} has no value" in missing.stderr
    planned = json.loads(
        run("migrate", "apply", *here, "--dry-run", "--placeholder", "who=ann", "--json").stdout
    )
    assert planned["dryRun"] is True
    assert planned["migrations"][0]["statements"] == ["CREATE (:Extra {who: 'ann'})"]
    info = json.loads(run("migrate", "info", *here, "--json").stdout)["migrations"]
    assert [row["state"] for row in info] == ["applied"] * (len(info) - 1) + ["pending"]
    assert graph.read("migrate.count_foreign_nodes")[0]["nodes"] == 0  # a plan makes no (:Extra)


def test_repair_and_clean_ask_first(run: world.Run, graph: Graph, folder: Path) -> None:
    model = folder / "V0001__Graph_model.cypher"
    model.write_text(model.read_text() + "// one more word\n")
    here = ("--location", str(folder))
    altered = json.loads(run("migrate", "validate", *here, "--json").stdout)
    assert altered["outcome"] == "altered"
    shown = run("migrate", "repair", *here)
    assert "V0001__Graph_model.cypher: checksum" in shown.stdout
    assert shown.returncode == 130  # nobody answers
    assert "is deleted; schema and data stay" in run("migrate", "clean", "--dry-run").stdout
    assert "There is nothing to repair" in run("migrate", "repair").stderr
    assert len(graph.read("migrate.read_history")) >= 2


def test_rejects_can_be_corrected_and_loaded(run: world.Run, graph: Graph, tmp_path: Path) -> None:
    file, rejects = tmp_path / "events.csv", tmp_path / "rejects.ndjson"
    file.write_text("who,item_id,timestamp\nann,a,noon\nann,b,2026-05-01T12:00:00Z\n")
    options = ("--map", "user_id=who", "--rejects", str(rejects))
    assert run("load", "events", str(file), *options).returncode == 5
    rejects.write_text(rejects.read_text().replace('"noon"', '"2026-05-01T12:00:00Z"'))
    done = run("load", "events", str(rejects), "--map", "user_id=who", "--json")
    assert (done.returncode, json.loads(done.stdout)["loads"][0]["loaded"]) == (0, 1)
    assert graph.read("doctor.describe_graph")[0]["events"] == 2


ROWS = "user_id,item_id,timestamp\nann,a,noon\nann,b,2026-05-01T12:00:00Z\n"


def test_rejects_never_cost_what_is_there(run: world.Run, graph: Graph, tmp_path: Path) -> None:
    file, old = tmp_path / "events.csv", tmp_path / "old.ndjson"
    file.write_text(ROWS)
    old.write_text('{"old": true}\n')
    (tmp_path / "link").symlink_to(file)
    load = ("load", "events", str(file), "--rejects")
    for arguments, code, complaint in (
        ((*load, str(old)), 1, "exists already; name another file, or say --overwrite"),
        ((*load, str(old), "--dry-run"), 1, "exists already"),
        ((*load, str(old), "--overwrite", "--timezone", "Mars"), 2, "is no time zone"),
        ((*load, str(file)), 1, "is an input; name another file"),
        ((*load, str(tmp_path / "link"), "--overwrite", "--dry-run"), 1, "is an input"),
        ((*load, str(tmp_path)), 1, "is a folder"),
        ((*load, "/dev/full"), 1, "No space left on device"),
        (("load", "--events", "none.csv", "--rejects", str(old), "--overwrite"), 1, "none.csv"),
    ):
        done = run(*arguments)
        assert (done.returncode, complaint in done.stderr) == (code, True), done.stderr
        assert (file.read_text(), old.read_text()) == (ROWS, '{"old": true}\n')
        assert sorted(path.name for path in tmp_path.iterdir()) == [
            "events.csv", "link", "old.ndjson"
        ]  # fmt: skip
    assert graph.read("doctor.describe_graph")[0]["events"] == 0
    assert run(*load, str(old), "--overwrite").returncode == 5
    assert json.loads(old.read_text())["row"]["timestamp"] == "noon"


def test_a_load_that_stops_tells_where_its_rejects_are(
    run: world.Run, graph: Graph, tmp_path: Path
) -> None:
    file, rejects = tmp_path / "events.csv", tmp_path / "r.ndjson"
    file.write_text(ROWS)
    load = ("load", "events", str(file), "--rejects", str(rejects))
    done = run(*load, "--max-rejects", "0")
    (part,) = tmp_path.glob("*.part")
    assert f"Rejected rows so far are in {part}; the same command goes on there." in done.stderr
    assert json.loads(part.read_text())["line"] == 2
    assert run(*load).returncode == 5
    assert [json.loads(line)["line"] for line in rejects.read_text().splitlines()] == [2]
    assert graph.read("doctor.describe_graph")[0]["events"] == 1
    assert not list(tmp_path.glob("*.part"))


def test_all_tables_are_loaded_at_once(run: world.Run, graph: Graph, tmp_path: Path) -> None:
    (tmp_path / "i.csv").write_text("poi,name\na,A\n")
    (tmp_path / "e.csv").write_text("user_id,poi,timestamp\nann,a,2026-05-01T12:00:00\n")
    inputs = ("--items", str(tmp_path / "i.csv"), "--events", str(tmp_path / "e.csv"))
    done = run("load", *inputs, "--map", "item_id=poi", "--timezone", "UTC", "--json")
    assert done.returncode == 0, done.stderr
    assert [(s["table"], s["loaded"]) for s in json.loads(done.stdout)["loads"]] == [
        ("items", 1), ("events", 1)
    ]  # fmt: skip
    assert graph.read("doctor.describe_graph")[0]["events"] == 1


def test_a_public_data_set_is_loaded_as_published(
    run: world.Run, graph: Graph, tmp_path: Path
) -> None:
    check_in = "470\tv1\tc1\tBar\t40.7\t-74.0\t-240\tTue Apr 03 18:00:09 +0000 2012\n"
    (tmp_path / "tsmc.txt").write_bytes(check_in.encode("latin-1") * 2)
    done = run("load", "events", str(tmp_path / "*.txt"), "--format", "foursquare")
    assert "2 rows of events were read: 1 loaded, 0 updated, 0 unchanged, 1 dup" in done.stdout
    found = world.rows(graph, "MATCH ()-[e:INTERACTED]->() RETURN e.hour AS hour", "hour")
    assert found == [(14,)]


def test_control_characters_do_not_reach_the_terminal(run: world.Run, tmp_path: Path) -> None:
    (tmp_path / "i.csv").write_text("item_id,\x1b[31mred\n\x1b[2Jx,1\n")
    done = run("load", "items", str(tmp_path / "i.csv"), "--dry-run")
    assert "\x1b" not in done.stdout + done.stderr
    assert "\\x1b[31mred" in done.stderr


def test_a_pipe_is_read_once_and_whole(run: world.Run, graph: Graph, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    content = gzip.compress(b"user_id\titem_id\ttimestamp\nann\ta\t2026-05-01T12:00:00Z\n")
    with ThreadPoolExecutor(1) as threads:
        threads.submit(pipe.write_bytes, content)
        done = run("load", "events", str(pipe), "--delimiter", r"\t")
    assert "1 rows of events were read: 1 loaded" in done.stdout, done.stderr
    assert graph.read("doctor.describe_graph")[0]["events"] == 1


def test_a_table_of_a_query_shows_what_fits(run: world.Run, town: Graph) -> None:
    del town
    given = ("profile.rhythm", "--param", "user=dee", "--param", "at=2026-03-02")
    shown = run("query", "run", *given)
    assert shown.returncode == 0, shown.stderr
    heading, first, *_ = shown.stdout.splitlines()
    assert heading.split()[:3] == ["id", "name", "location"]
    assert first.split()[:2] == ["place:Harbour", "Harbour"]
    assert len(max(shown.stdout.splitlines(), key=len)) <= 160
    whole = json.loads(run("query", "run", *given, "--json").stdout)["rows"]
    assert [len(row["hours"]) for row in whole] == [24, 24, 24]


def test_what_a_query_returns_is_no_markup_and_vectors_are_counted(
    run: world.Run, graph: Graph, tmp_path: Path
) -> None:
    (tmp_path / "items.csv").write_text("item_id,name\na,[red]Café[/red] :smile:\n")
    assert run("load", "items", str(tmp_path / "items.csv")).returncode == 0
    graph.write("embed.write_items", {"rows": [{"id": "a", "key": "k", "vector": [0.5] * 64}]})
    shown = run("query", "run", "replay.read_items").stdout
    assert "[red]Café[/red] :smile:" in shown
    assert "64 numbers" in shown
    whole = json.loads(run("query", "run", "replay.read_items", "--json").stdout)
    assert len(whole["rows"][0]["embedding"]) == 64


def test_nobody_has_to_be_there_for_a_dry_run(run: world.Run, tmp_path: Path) -> None:
    (tmp_path / "items.csv").write_text("item_id\na\n")
    done = run(
        "load", "items", str(tmp_path / "items.csv"), "--dry-run", NEO4J_URI="bolt://[::1]:1"
    )
    assert done.returncode == 0, done.stderr


def test_a_table_is_as_wide_as_its_terminal() -> None:
    """In a process of its own: 60 columns on a terminal, 160 into a pipe."""
    command = [*world.PROCESS, "query", "list"]
    environment = {key: value for key, value in os.environ.items() if key != "COLUMNS"}
    screen, terminal = os.openpty()
    termios.tcsetwinsize(terminal, (24, 60))
    with subprocess.Popen(command, stdout=terminal, stdin=terminal, env=environment) as running:
        os.close(terminal)
        shown = b"".join(iter(lambda: _read(screen), b"")).decode()
    os.close(screen)
    piped = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert running.returncode == 0
    assert "audience.find_interests" in shown
    assert 50 < max(map(len, shown.splitlines())) <= 60
    assert 100 < max(map(len, piped.stdout.splitlines())) <= 160
    assert piped.stderr == ""


def _read(screen: int) -> bytes:
    """Read what a terminal shows, until nobody writes to it any more."""
    try:
        return os.read(screen, 65536)
    except OSError:
        return b""
