import os
import signal
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from chronotope import outputs
from chronotope.errors import InputError


def test_a_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "new.bin"
    with outputs.writing(path) as file:
        file.write(b"one")
        assert not path.exists()
    assert (path.read_bytes(), os.listdir(tmp_path)) == (b"one", ["new.bin"])


def test_after_an_error_what_was_there_is_there(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("old")
    with suppress(ZeroDivisionError), outputs.writing(tmp_path / "old", overwrite=True) as file:
        file.write(b"half")
        raise ZeroDivisionError
    assert ((tmp_path / "old").read_text(), os.listdir(tmp_path)) == ("old", ["old"])


KILLED = """
import os, signal, sys
from pathlib import Path
from chronotope import outputs
folder = Path(sys.argv[1])
with outputs.temporary_folder(folder) as inner, outputs.writing(folder / "one") as file:
    (inner / "graph").write_bytes(b"whole")
    file.write(b"half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_command_left_vanishes_with_the_next_file(tmp_path: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert len(os.listdir(tmp_path)) == 2
    outputs.write(tmp_path / "two", b"2")
    assert os.listdir(tmp_path) == ["two"]


def test_what_others_write_meanwhile_stays(tmp_path: Path) -> None:
    with outputs.temporary_folder(tmp_path) as inner, outputs.writing(tmp_path / "one") as file:
        (inner / "graph").write_bytes(b"whole")
        outputs.write(tmp_path / "two", b"2")
        file.write(b"1")
        assert (inner / "graph").read_bytes() == b"whole"
    assert sorted(os.listdir(tmp_path)) == ["one", "two"]


def test_a_file_is_replaced_by_its_own_kind(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("old")
    (tmp_path / "old").chmod(0o640)
    (tmp_path / "link").symlink_to("old")
    outputs.write(tmp_path / "link", b"new", overwrite=True)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "old").read_text() == "new"
    assert stat.S_IMODE((tmp_path / "old").stat().st_mode) == 0o640
    with outputs.writing(tmp_path / "mine", private=True) as file:
        file.write(b"secret")
    assert stat.S_IMODE((tmp_path / "mine").stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["input", "./x/../input", "symbolic", "hard", "to-symbolic"])
@pytest.mark.parametrize("overwrite", [True, False])
def test_an_input_is_never_written_to(tmp_path: Path, name: str, overwrite: bool) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "input").write_text("rows")
    (tmp_path / "symbolic").symlink_to("input")
    (tmp_path / "to-symbolic").symlink_to(tmp_path / "symbolic")
    (tmp_path / "hard").hardlink_to(tmp_path / "input")
    inputs = ["missing", str(tmp_path / "input")]
    with pytest.raises(InputError, match="is an input; name another file to write to"):
        outputs.check_file(tmp_path / name, overwrite=overwrite, inputs=inputs)
    assert (tmp_path / "input").read_text() == "rows"


def test_a_pipe_of_the_process_is_where_it_is(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    link = tmp_path / "out"
    link.symlink_to(f"/proc/self/fd/{writing}")
    assert outputs.check_file(link) == link
    os.close(reading)
    os.close(writing)


def test_standard_input_is_an_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "input").write_text("rows")
    with (tmp_path / "input").open() as file:
        monkeypatch.setattr(sys, "stdin", file)
        with pytest.raises(InputError, match="is an input"):
            outputs.check_file(tmp_path / "input", overwrite=True, inputs=["-"])


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("old", "exists already; name another file, or say --overwrite"),
        ("folder", "is a folder; name a file in it"),
        ("none/new", "there is no folder "),
        ("old/new", "Not a directory"),
        ("n" * 300, "File name too long"),
        ("n/" * 2500, "File name too long"),
        ("circle", "Too many levels of symbolic links"),
    ],
)
def test_where_no_file_can_be_written_a_sentence_says_so(
    tmp_path: Path, name: str, complaint: str
) -> None:
    (tmp_path / "old").write_text("old")
    (tmp_path / "folder").mkdir()
    (tmp_path / "circle").symlink_to("circle")
    with pytest.raises(InputError, match=complaint):
        outputs.check_file(tmp_path / name)
    assert sorted(os.listdir(tmp_path)) == ["circle", "folder", "old"]
    assert (tmp_path / "old").read_text() == "old"


def test_devices_are_written_to_as_they_are() -> None:
    assert outputs.check_file(Path("/dev/null")) == Path("/dev/null")
    with pytest.raises(InputError, match="/dev/full cannot be written: No space left on device"):
        outputs.check_file(Path("/dev/full"))


@pytest.mark.parametrize(
    ("name", "complaint"),
    [("file", "is a file; name a new folder"), ("full", "is not empty"), ("file/x", "Not a dir")],
)
def test_a_new_folder_is_new(tmp_path: Path, name: str, complaint: str) -> None:
    (tmp_path / "file").write_text("old")
    (tmp_path / "full" / "x").mkdir(parents=True)
    (tmp_path / "empty").mkdir()
    for good in ("empty", "none", "none/below"):
        outputs.check_new_folder(tmp_path / good)
    with pytest.raises(InputError, match=complaint):
        outputs.check_new_folder(tmp_path / name)
    assert sorted(os.listdir(tmp_path)) == ["empty", "file", "full"]
