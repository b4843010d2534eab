import hashlib
from pathlib import Path

import pytest

from chronotope.errors import ServerError
from chronotope.server import jars
from chronotope.server.jars import Jar

CONTENT = b"not really a jar"


def a_jar(content: bytes = CONTENT) -> Jar:
    digest = hashlib.sha256(content).hexdigest()
    return Jar("org.example", "thing", "1.0", "linux", digest, len(content))


def put(repository: Path, jar: Jar, content: bytes) -> Path:
    path = repository / jar.path
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return path


def test_the_lock_names_the_whole_server() -> None:
    locked = jars.read_lock()
    assert len(locked) == 230
    assert sum(jar.size for jar in locked) == 161120218
    assert all(len(jar.sha256) == 64 for jar in locked)


def test_path_has_mavens_layout() -> None:
    assert a_jar().path == Path("org/example/thing/1.0/thing-1.0-linux.jar")


def test_a_sound_jar_is_kept(tmp_path: Path) -> None:
    path = put(tmp_path, a_jar(), CONTENT)
    assert jars.fetch([a_jar()], tmp_path, maven_cache=tmp_path / "none") == [path]


def test_a_half_jar_is_replaced_from_the_maven_cache(tmp_path: Path) -> None:
    path = put(tmp_path / "own", a_jar(), CONTENT[:5])
    put(tmp_path / "maven", a_jar(), CONTENT)
    done: list[tuple[str, int, int | None]] = []
    jars.fetch(
        [a_jar()],
        tmp_path / "own",
        maven_cache=tmp_path / "maven",
        progress=lambda *now: done.append(now),
    )
    assert path.read_bytes() == CONTENT
    assert done == [("fetching Neo4j", 16, 16)]


def test_a_changed_jar_of_the_same_size_is_not_sound(tmp_path: Path) -> None:
    assert not jars.is_sound(a_jar(), put(tmp_path, a_jar(), CONTENT[::-1]))


def test_what_cannot_be_had_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Unreachable:
        def __init__(self, **_: object) -> None:
            pass

        def project(self, *_: str) -> None:
            raise OSError("no network")

    monkeypatch.setattr("jgo.maven.MavenContext", Unreachable)
    with pytest.raises(ServerError, match=r"thing-1\.0-linux\.jar could not be fetched \(no netw"):
        jars.fetch([a_jar()], tmp_path, maven_cache=tmp_path)


def test_a_home_keeps_the_version_that_it_began_with(tmp_path: Path) -> None:
    assert jars.version_of(tmp_path) == jars.NEO4J_VERSION
    assert jars.lock_of(tmp_path) == jars.LOCK
    older = tmp_path / "older"
    older.write_text(jars.LOCK.read_text().replace(jars.NEO4J_VERSION, "2026.08.1"))
    jars.pin(tmp_path, older)
    jars.pin(tmp_path)
    assert jars.version_of(tmp_path) == "2026.08.1"
    assert jars.lock_of(tmp_path) == tmp_path / jars.PIN
    jars.pin(tmp_path, anew=True)
    assert (jars.version_of(tmp_path), jars.lock_of(tmp_path)) == (jars.NEO4J_VERSION, jars.LOCK)


@pytest.mark.parametrize(
    "text", ["", "no list", "a:b:1 sha256=0 size=x\n", "a:b:1 sha256=0 size=1\n"]
)
def test_a_list_that_cannot_be_read_is_a_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / jars.PIN).write_text(text)
    with pytest.raises(ServerError, match=r"neo4j\.lock cannot be read, .* Remove it: the next st"):
        jars.version_of(tmp_path)


def test_the_package_locks_the_version_that_it_says() -> None:
    versions = {jar.version for jar in jars.read_lock() if jar.artifact == "neo4j"}
    assert versions == {jars.NEO4J_VERSION}


@pytest.mark.parametrize(
    ("version", "old"),
    [("2026.08.1", True), ("2025.12.9", True), (jars.NEO4J_VERSION, False), ("2027.01.0", False)],
)
def test_versions_are_compared_as_numbers(version: str, old: bool) -> None:
    assert jars.is_old(version) is old
