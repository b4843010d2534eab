"""What people and machines type and write by mistake: each a rejection or a sentence."""

import json
from pathlib import Path

import pytest
import world

from chronotope.graph import Graph


def write(folder: Path, name: str, content: str) -> str:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return str(path)


def test_all_at_once_and_strict_is_loaded_with_own_columns_and_constants(
    run: world.Run, graph: Graph, tmp_path: Path
) -> None:
    items = write(tmp_path, "i.csv", "id,name\n1,Cafe\n2,Bar\n")
    rows = "501,u1,1,2026-05-01T10:00Z\n502,u1,3,2026-05-01T11:00Z\n"
    events = write(tmp_path, "e.csv", "id,user_id,item_id,timestamp\n" + rows)
    arguments = ("--items", items, "--events", events, "--map", "item_id=id", "--strict")
    done = run("load", *arguments, "--set", "kind=purchase")
    assert done.returncode == 5
    assert "e.csv has a column item_id of its own; --map item_id=id does not count" in done.stderr
    assert "e.csv:3: item_id: '3' is no item of the graph (--strict)" in done.stderr
    text = "MATCH ()-[e:INTERACTED]->(i) RETURN i.name AS name, e.kind AS kind"
    assert world.rows(graph, text, "name kind") == [("Cafe", "purchase")]


@pytest.mark.usefixtures("graph")
def test_half_a_pair_of_surrogates_is_rejected_in_any_column(
    run: world.Run, tmp_path: Path
) -> None:
    good = {"user_id": "ann", "item_id": "a", "timestamp": "2026-05-01T10:00Z"}
    columns = (*good, "kind", "value", "latitude", "place", "location", "zone", "event_id")
    for half in ("\ud800", "\udfff" * 300):
        rows = [json.dumps({**good, name: half}) for name in columns]
        path = write(tmp_path, "e.ndjson", "\n".join([*rows, json.dumps(good)]))
        done = run("load", "events", path, "--json", "--rejects", str(tmp_path / f"{len(half)}"))
        (loaded,) = json.loads(done.stdout)["loads"]
        assert [row["column"] for row in loaded["rejections"]][:3] == list(good)
        assert (done.returncode, loaded["rejected"]) == (5, len(columns))
    items = [json.dumps({"item_id": "a", name: "\ud800"}) for name in ("name", "category", "tags")]
    done = run("load", "items", write(tmp_path, "i.ndjson", "\n".join(items)))
    assert done.returncode == 5
    assert "3 rejected" in done.stdout


@pytest.mark.usefixtures("graph")
@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("tags", "\udcff"), "A text has signs that are no Unicode"),
        (("recommend", "ann", "--at", "0001-01-01T00:00+14:00"), "not in the years 1 to 9999"),
        (("recommend", "ann", "--at", "9999-12-31T23:59-14:00"), "not in the years 1 to 9999"),
        (("tags", "ann", "--at", "9999-12-31T23:59+19:00"), "The graph has no user 'ann'"),
        (
            ("query", "run", "profile.tags", "--param", "user=a", "--param", f"k={2**64}"),
            "A value is larger, or nested deeper, than Neo4j takes",
        ),
        (
            ("query", "run", "audience.find_users", "--param", "interests=" + "[" * 100_000),
            "is not a value of the type LIST<STRING>",
        ),
        (("--uri", "bolt://neo4j:sekret@localhost", "doctor"), "holds a name or a password"),
        (("load", "events", "e.csv", "--timezone", "EST"), "'EST' is no time zone that Python"),
        (("load", "items", "x" * 5000), "cannot be read: File name too long"),
        (("load", "items", "/dev/zero"), "/dev/zero is no text in utf-8: it has zero bytes."),
    ],
)
def test_hostile_arguments_are_answered_in_a_sentence(
    run: world.Run, arguments: tuple[str, ...], complaint: str
) -> None:
    done = run(*arguments)
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr
    assert "sekret" not in done.stderr


def test_a_broken_beginning_of_a_compressed_file_is_no_interrupt(
    run: world.Run, tmp_path: Path
) -> None:
    for beginning in (
        b"\x1f\x8b",
        b"\x1f\x8b\x08\x00",
        b"\x28\xb5\x2f\xfd",
        b"\x28\xb5\x2f\xfd\xff",
    ):
        (tmp_path / "a.gz").write_bytes(beginning)
        done = run("load", "items", str(tmp_path / "a.gz"), "--dry-run")
        assert done.returncode == 1
        assert "cannot be read: it is broken" in done.stderr


def test_a_line_of_names_may_be_long(run: world.Run, tmp_path: Path) -> None:
    names = [f"column {n:06}" for n in range(20_000)]
    path = write(tmp_path, "a.csv", ",".join(["item_id", *names]) + "\na" + "," * 20_000 + "\n")
    assert "1 loaded" in run("load", "items", path, "--dry-run").stdout
    path = write(tmp_path, "b.csv", 'item_id,"' + "x" * 200_000 + '"\na,b\n')
    assert "1 loaded" in run("load", "items", path, "--dry-run").stdout


def test_options_of_reading_reach_the_rows(run: world.Run, graph: Graph, tmp_path: Path) -> None:
    rows = 'ann,"Tin,1/12/2010 8:26\nann,-,1/12/2010 9:00\nann,b,13/12/2010\n'
    path = write(tmp_path, "e.csv", "user_id,item_id,timestamp\n" + rows)
    done = run(
        "load", "events", path, "--no-quotes", "--null", "-", "--timezone", "UTC",
        "--time-format", "%d/%m/%Y %H:%M", "--time-format", "%d/%m/%Y",
    )  # fmt: skip
    assert "e.csv:3: item_id: is missing" in done.stderr
    assert "taken for nothing (see --null): - (1)" in done.stderr
    text = "MATCH ()-[e:INTERACTED]->(i) RETURN i.id AS id, e.hour AS hour, e.at.day AS day"
    assert set(world.rows(graph, text, "id hour day")) == {('"Tin', 8, 1), ("b", None, 13)}
