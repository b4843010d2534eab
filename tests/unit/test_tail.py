"""A file that is followed: nothing is read twice and nothing is missed, whatever becomes of it."""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from chronotope.streaming.messages import Position
from chronotope.streaming.tail import FileTail


@pytest.fixture(autouse=True)
def no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chronotope.streaming.tail._GRACE", 0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events.ndjson"


def append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def open_tail(
    path: Path, saved: Position | None = None, max_line: int = 16
) -> tuple[FileTail, Mapping[str, Position]]:
    def find(names: Sequence[str]) -> Mapping[str, Position]:
        assert names == ["a name"]
        return {"a name": saved} if saved else {}

    tail = FileTail(str(path), "a name", max_line)
    return tail, tail.open(find, lambda: None)


class Reading:
    """A follower of a file, and where it is."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tail, self.begins = open_tail(path)
        self.position = self.begins.get("a name")

    def more(self, most: int = 1000) -> list[str]:
        found = []
        while True:
            chunk = self.tail.poll(most, 0)
            self.position = chunk.positions.get("a name", self.position)
            found += [message.text.decode() for message in chunk.messages]
            if not chunk.positions or len(found) >= most:
                return found

    def again(self) -> None:
        """Have another follower go on."""
        self.tail.close()
        self.tail, self.begins = open_tail(self.path, self.position)


@pytest.fixture
def reading(path: Path) -> Iterator[Reading]:
    append(path, "a\nb\n")
    reading = Reading(path)
    yield reading
    reading.tail.close()


def test_a_line_counts_once_it_is_whole(reading: Reading) -> None:
    append(reading.path, "c")
    assert reading.more() == ["a", "b"]
    assert reading.position is not None
    assert reading.position[:2] == (4, 2)
    append(reading.path, "c\n\n\r\nd\n")
    assert reading.more() == ["cc", "d"]
    assert reading.position[:2] == (13 - 1, 6)


def test_another_follower_goes_on_where_one_was(reading: Reading) -> None:
    assert reading.more(most=1) == ["a"]
    reading.again()
    append(reading.path, "c\n")
    assert reading.more() == ["b", "c"]
    reading.again()
    assert reading.more() == []
    assert reading.tail.remarks == []


def test_a_file_that_was_found_is_known_before_anything_of_it_is_read(reading: Reading) -> None:
    assert reading.position is not None
    rotate(reading.path, "c\n")
    reading.again()
    assert reading.more() == ["a", "b", "c"]
    assert reading.begins == {}


def test_lines_are_numbered_on(reading: Reading) -> None:
    reading.more(most=1)
    reading.again()
    chunk = reading.tail.poll(10, 0)
    assert [(message.stream, message.line) for message in chunk.messages] == [
        (str(reading.path), 2)
    ]


def test_a_renamed_file_is_read_to_its_end_before_the_new_one(reading: Reading) -> None:
    assert reading.more() == ["a", "b"]
    aside = reading.path.with_name("events.ndjson.1")
    reading.path.rename(aside)
    append(aside, "c\nno end")
    assert reading.more() == ["c"]
    append(reading.path, "d\n")
    assert reading.more() == ["no end", "d"]
    assert reading.position is not None
    assert reading.position[:2] == (2, 1)


def test_files_that_came_and_went_meanwhile_are_read_in_order(reading: Reading) -> None:
    assert reading.more(most=1) == ["a"]
    rotate(reading.path, "c\n")
    rotate(reading.path, "d\n")
    assert reading.more() == ["b", "c", "d"]


def test_files_that_came_and_went_while_nobody_followed_are_read_in_order(
    reading: Reading,
) -> None:
    assert reading.more(most=1) == ["a"]
    for text in ("c\n", "d\n", "e\n"):
        rotate(reading.path, text)
    reading.path.with_name("events.ndjson.rejects").write_text("no\n")
    reading.path.with_name("events.ndjson.1.gz").write_text("no\n")
    reading.again()
    assert reading.more(most=1) == ["b"]
    reading.again()
    assert reading.more(most=1) == ["c"]
    reading.again()
    assert reading.more() == ["d", "e"]
    assert reading.tail.remarks == []


def rotate(path: Path, text: str) -> None:
    """Put a file aside as logrotate does, and begin another one."""
    for number in (3, 2, 1):
        aside = path.with_name(f"{path.name}.{number}")
        if aside.exists():
            aside.rename(path.with_name(f"{path.name}.{number + 1}"))
    path.rename(path.with_name(f"{path.name}.1"))
    newest = path.with_name(f"{path.name}.1").stat().st_mtime_ns
    path.write_text(text)
    os.utime(path, ns=(newest + 1_000_000, newest + 1_000_000))  # clocks of disks are coarse


def test_a_file_that_is_emptied_begins_again(reading: Reading) -> None:
    append(reading.path, "no end")
    assert reading.more() == ["a", "b"]
    reading.path.write_text("c\n")
    assert reading.more() == ["no end", "c"]
    reading.path.write_text("other text, longer than what was there\n")
    reading.again()
    assert reading.more() == ["other text, longer than what was there"]
    reading.path.write_text("as long as before, of other text, even\nz\n")
    assert reading.more() == ["as long as before, of other text, even", "z"]


def test_what_was_not_read_of_an_emptied_file_is_read_in_its_copy(reading: Reading) -> None:
    append(reading.path, "".join(f"{n:0100}\n" for n in range(30_000)))  # more than a piece
    assert reading.more(most=2) == ["a", "b"]
    shutil.copy(reading.path, reading.path.with_name("events.ndjson-20260501"))
    reading.path.write_text("c\n")
    found = reading.more(most=100_000)
    assert found[:-1] == [f"{n:0100}" for n in range(30_000)]
    assert found[-1] == "c"


def test_what_cannot_be_found_again_is_told(reading: Reading) -> None:
    assert reading.more() == ["a", "b"]
    reading.path.unlink()
    append(reading.path, "another file\n")
    reading.again()
    assert reading.more() == ["another file"]
    (remark,) = reading.tail.remarks
    assert "is gone; if it held more than was read, load it" in remark


def test_a_file_may_come_later(path: Path) -> None:
    reading = Reading(path)
    assert reading.more() == []
    assert reading.tail.trouble == f"{path} does not exist yet"
    append(path, "a\n")
    assert reading.more() == ["a"]
    assert not reading.tail.trouble
    reading.tail.close()


def test_a_line_that_is_too_long_is_a_fault_and_the_next_is_read(path: Path) -> None:
    append(path, "x" * 3_000_000 + "\nb\n" + "y" * 1_048_577 + "\nc\n")
    tail, _ = open_tail(path, max_line=1)
    found = [message for _ in range(9) for message in tail.poll(10, 0).messages]
    assert [(m.line, m.text, m.fault) for m in found] == [
        (1, b"", "is longer than 1 MB (see --max-line)"),
        (2, b"b", None),
        (3, b"", "is longer than 1 MB (see --max-line)"),
        (4, b"c", None),
    ]
    tail.close()


def test_the_lag_is_what_lies_beyond_the_position(reading: Reading) -> None:
    assert reading.tail.lag({}) == 4
    reading.more(most=1)
    assert reading.position is not None
    assert reading.tail.lag({"a name": reading.position}) == 2
