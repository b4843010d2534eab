"""What is exposed of a server is told, with what to do about it."""

import socket
from pathlib import Path

import psutil
import pytest

from chronotope.config import Connection
from chronotope.server import exposure, process

FILES = "dbms.security.allow_csv_import_from_file_urls"


def faults(file: Path | None = None) -> list[tuple[str, str]]:
    return list(exposure.faults(Connection("bolt://localhost", file=file), {FILES: "false"}))


def test_what_is_closed_is_not_told(tmp_path: Path) -> None:
    file = tmp_path / "password"
    process.write_private(file, "sesame")
    assert faults(file) == []
    assert faults(tmp_path / "none") == []
    assert list(exposure.faults(Connection("bolt://localhost"), {})) == []


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_password_that_others_may_read_is_told(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "password"
    file.write_text("sesame")
    file.chmod(mode)
    assert faults(file) == [(f"others may read the password in {file}", "chmod 600 it")]


def test_what_the_server_reads_for_a_query_is_told() -> None:
    there = Connection("bolt+s://there")
    ((files, _),) = exposure.faults(there, {FILES: "true"})
    assert files.startswith("LOAD CSV reads files of the server")
    ((addresses, _),) = exposure.faults(there, {}, asks_addresses=True)
    assert addresses.startswith("LOAD CSV asks addresses of the server's own network")


def test_an_open_listener_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = Connection("bolt://localhost", home=tmp_path)
    monkeypatch.setattr(process, "running", lambda home: [psutil.Process()])
    mapped = socket.create_server(
        ("::ffff:127.0.0.1", 0), family=socket.AF_INET6, dualstack_ipv6=True
    )
    with socket.create_server(("127.0.0.1", 0)), mapped:
        assert list(exposure.faults(here, {})) == []
    with socket.create_server(("0.0.0.0", 0)):  # noqa: S104  what is to be told
        ((told, remedy),) = exposure.faults(here, {})
    assert told == "the local server listens at 0.0.0.0, to other machines too"
    assert remedy.startswith("stop it")
