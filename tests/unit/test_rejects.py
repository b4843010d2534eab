import errno
import io
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from chronotope.errors import InputError
from chronotope.loading import EVENTS, ReadOptions, Rejection, keep_rejects
from chronotope.loading.read import open_source

OPTIONS = ReadOptions()


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "rows.csv"
    path.write_text("user_id,item_id,timestamp\n")
    return path


def rejection(line: int, text: str = "x") -> Rejection:
    return Rejection("rows.csv", line, "item_id", "is missing", {"user_id": text})


def run(rows: Path, *lines: int, done: bool = True, then: Callable[[], object] = int) -> Path:
    """Load the rows, of which some are rejected; return where their file stands then."""
    with keep_rejects(rows.parent / "r.ndjson", [(EVENTS, [str(rows)])], OPTIONS) as file:
        for line in lines:
            file.take(rejection(line))
        file.flush()
        then()
        file.is_done = done
    return file.place if done else file.part


def lines_of(path: Path) -> list[int]:
    return [json.loads(line)["line"] for line in path.read_text().splitlines()]


def test_they_take_their_place_when_the_load_is_done(rows: Path) -> None:
    assert lines_of(run(rows, 2, 3)) == [2, 3]
    assert sorted(os.listdir(rows.parent)) == ["r.ndjson", "rows.csv"]
    with pytest.raises(InputError, match="exists already"):
        run(rows)


def test_a_load_that_goes_on_finds_what_it_had(rows: Path) -> None:
    part = run(rows, 2, 3, 5, done=False)
    assert not (rows.parent / "r.ndjson").exists()
    assert lines_of(part) == [2, 3, 5]
    assert run(rows, 2, done=False) == part
    assert lines_of(part) == [2, 3, 5]  # it was cut off again before it came as far
    assert lines_of(run(rows, 2, 3, 4, 5)) == [2, 3, 4, 5]
    assert not part.exists()


def test_what_it_does_not_reject_again_is_left_out(rows: Path) -> None:
    run(rows, 2, 3, 5, done=False)
    assert lines_of(run(rows, 2)) == [2]


def test_another_input_has_another_file(rows: Path) -> None:
    part = run(rows, 2, done=False)
    rows.write_text("user_id,item_id,timestamp\n,,\n")
    assert lines_of(run(rows, 3)) == [3]
    assert lines_of(part) == [2]


def test_a_torn_row_is_written_anew(rows: Path) -> None:
    part = run(rows, 2, 3, done=False)
    part.write_bytes(part.read_bytes()[:-9])
    assert lines_of(run(rows, 2, 3)) == [2, 3]


def test_without_a_row_nothing_is_left_of_a_load_that_stopped(rows: Path) -> None:
    run(rows, done=False)
    assert os.listdir(rows.parent) == ["rows.csv"]


def test_two_loads_of_one_input_do_not_mix(rows: Path) -> None:
    def load_again() -> None:
        with pytest.raises(InputError, match=r"Another load of the same input writes .*\.part"):
            run(rows, 2)

    assert lines_of(run(rows, 2, then=load_again)) == [2]


def test_what_came_to_exist_meanwhile_is_not_replaced(rows: Path) -> None:
    place = rows.parent / "r.ndjson"
    with pytest.raises(InputError, match="has come to exist meanwhile"):
        run(rows, 2, then=lambda: place.write_text("mine") and None)
    assert place.read_text() == "mine"
    (part,) = rows.parent.glob("*.part")
    assert lines_of(part) == [2]


def test_a_disk_that_fills_up_leaves_whole_rows(
    rows: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(file: io.FileIO, content: bytes) -> None:
        file.write(content[:7])
        if content.startswith(b"{"):  # not for the trial whether the disk is full
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    part = run(rows, 2, done=False)
    monkeypatch.setattr("chronotope.outputs.write_whole", write)
    with pytest.raises(InputError, match=r"\.part cannot be written: No space left on device"):
        run(rows, 2, 3)
    assert lines_of(part) == [2]


def test_bytes_that_are_no_text_survive(rows: Path) -> None:
    with keep_rejects(rows.parent / "r.ndjson", [(EVENTS, [str(rows)])], OPTIONS) as file:
        file.take(rejection(2, "\udcff\u2028ü"))
        file.is_done = True
    source = open_source(str(file.place), EVENTS, OPTIONS)
    (row,) = source.rows
    source.close()
    assert row == (1, {"user_id": "\udcff\u2028ü"})
