"""The plugin's jar: what it carries, how it is put into a folder, and how it is made."""

import hashlib
import runpy
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

from chronotope import catalogue
from chronotope.cli.main import main
from chronotope.errors import InputError
from chronotope.resources import VERSION
from chronotope.server import plugin
from chronotope.server.plugin import Installed

ROOT = Path(__file__).resolve().parents[2]
CARRIED = [q for q in catalogue.load().values() if q.public and q.mode == "read"]
TEXT = """\
// Find "things".
//
// @mode read
// @public
// @param user STRING = null     whose thing
// @param kind STRING            which
// @param k    INTEGER = 20      how many
// @returns id STRING, score FLOAT, tags LIST<STRING>, parts LIST<MAP>
// @node thing Thing|Place
CYPHER 25
MATCH (n:Thing {user: $user, kind: $kind})
RETURN n.id AS id, n.score AS score, n.tags AS tags, n.parts AS parts LIMIT coalesce($k, 20)
"""
FIND = catalogue.parse(TEXT, "find.thing")


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "plugin" / "build.py"))


def a_plugin(path: Path, version: str) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        manifest = f"Implementation-Title: chronotope\r\nImplementation-Version: {version}\r\n"
        file.writestr("META-INF/MANIFEST.MF", manifest)
    return path


def test_the_jar_carries_the_texts_of_the_catalogue_to_the_letter() -> None:
    with zipfile.ZipFile(plugin.path()) as jar:
        found = {
            name: jar.read(name).decode() for name in jar.namelist() if name.endswith(".cypher")
        }
    stale = "the catalogue changed; run: python plugin/build.py"
    assert found == {f"chronotope/queries/{q.name}.cypher": q.text for q in CARRIED}, stale


def test_the_jar_and_the_package_have_one_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert plugin.version(plugin.path()) == VERSION == project["version"]


def test_a_plugin_is_put_into_a_folder_and_takes_the_place_of_an_older_one(tmp_path: Path) -> None:
    place = tmp_path / "chronotope.jar"
    (tmp_path / "other.jar").write_bytes(b"no jar")
    assert plugin.install(tmp_path) == Installed(place, VERSION, None, True)
    assert place.read_bytes() == plugin.path().read_bytes()
    assert plugin.install(tmp_path) == Installed(place, VERSION, None, False)
    a_plugin(place, "0.0.1")
    assert plugin.install(tmp_path) == Installed(place, VERSION, "0.0.1", True)
    assert place.read_bytes() == plugin.path().read_bytes()
    place.write_bytes(b"half a jar")
    assert plugin.install(tmp_path) == Installed(place, VERSION, None, True)


def test_two_plugins_in_one_folder_are_refused(tmp_path: Path) -> None:
    a_plugin(tmp_path / "chronotope-0.0.1.jar", "0.0.1")
    with pytest.raises(InputError, match=r"chronotope-0\.0\.1\.jar is a plugin of chronotope, too"):
        plugin.install(tmp_path)
    assert not (tmp_path / "chronotope.jar").exists()


def test_a_folder_that_there_is_not_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plugin", "install", str(tmp_path / "none")]) == 1
    assert "There is no folder" in capsys.readouterr().err


def test_the_commands_say_where_the_plugin_lies_and_what_it_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plugin", "path"]) == 0
    assert Path(capsys.readouterr().out.strip()) == plugin.path()
    a_plugin(tmp_path / "chronotope.jar", "0.0.1")
    for said in (
        f"{VERSION} replaced 0.0.1; start the server again.",
        f"this plugin already, {VERSION}.",
    ):
        assert main(["plugin", "install", str(tmp_path)]) == 0
        assert " ".join(capsys.readouterr().out.split()).endswith(said)


def test_what_is_required_has_a_place_and_the_user_comes_first() -> None:
    def places(name: str) -> list[str]:
        return [one.name for one in catalogue.get(name).positional]

    assert places("recommend.discover") == ["user"]
    assert places("recommend.trending") == []
    assert places("explain.trace_co_visits") == ["user", "item"]
    assert places("search.find_place") == ["words", "name"]
    call = catalogue.get("search.find_place").call
    assert call.startswith("CALL chronotope.search.find_place(words STRING, name STRING) YIELD ")
    assert call.endswith(" YIELD item, id, name, location")


def test_a_procedure_is_typed_by_the_header(script: dict[str, Any]) -> None:
    java = script["procedures"]([FIND])
    for line in (
        'query("find.thing",',
        '"Find \\"things\\".",',
        'List.of("Thing", "Place"),',
        '"kind STRING!",',
        "    public Node thing;",
        "    public List<Map<String, Object>> parts;",
        '  @Procedure(name = "chronotope.find.thing", mode = Mode.READ)',
        '@Name(value = "user", description = "whose thing") String user_,',
        'defaultValue = "{}", description = "k INTEGER = 20: how many") Map<String, Object> opt',
        'row.score = Query.real(columns.get("score"));',
        'row.tags = (List<String>) columns.get("tags");',
    ):
        assert line in java, java


def test_a_jar_is_the_same_bytes_whenever_and_wherever_it_is_written(
    script: dict[str, Any],
) -> None:
    one = script["archive"]({"b.class": b"2", "a.class": b"1" * 99})
    assert one == script["archive"]({"a.class": b"1" * 99, "b.class": b"2"})
    assert b"1" * 99 in one  # a library that compresses may do it otherwise elsewhere


def test_queries_are_exported_with_a_list_that_sha256sum_checks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "queries"
    assert main(["query", "export", str(folder)]) == 0
    public = {q.name: q for q in catalogue.load().values() if q.public}
    assert capsys.readouterr().out.startswith(f"{len(public)} queries in ")
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*.cypher")}
    assert files == {f"{name.replace('.', '/')}.cypher" for name in public}
    text = (folder / "recommend" / "discover.cypher").read_bytes()
    assert text == public["recommend.discover"].text.encode()
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    assert f"{hashlib.sha256(text).hexdigest()}  recommend/discover.cypher" in lines
    assert {line.partition("  ")[2] for line in lines} == files
    assert main(["query", "export", str(folder)]) == 1
    assert "is not empty; name a new folder" in capsys.readouterr().err
