"""The port of a local server stays its own while its clients wait for it."""

import socket

import pytest

from chronotope.errors import ServerError
from chronotope.server import process
from chronotope.server.process import HOST, free_port


def test_a_port_is_none_that_a_waiting_client_could_be_handed() -> None:
    assert all(20_000 <= free_port() < 32_768 for _ in range(20))


def test_the_preferred_port_is_kept_if_it_is_free() -> None:
    port = free_port()
    assert free_port(port) == port
    with socket.socket() as other:
        other.bind((HOST, port))
        other.listen()
        assert free_port(port) != port


def test_that_no_port_is_free_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:
        other.bind((HOST, free_port()))
        other.listen()
        port = other.getsockname()[1]
        monkeypatch.setattr(process, "_PORTS", range(port, port + 1))
        with pytest.raises(ServerError, match=f"No port of {HOST} from {port} to {port} is free"):
            free_port()
