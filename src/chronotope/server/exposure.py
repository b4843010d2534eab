"""What of a server others can reach: its password, its listener, and what it reads for a query."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from chronotope import config
from chronotope.config import Connection
from chronotope.server import process
from chronotope.server.process import Home

_BLOCKLIST = "internal.dbms.cypher_ip_blocklist"
_FILES = "dbms.security.allow_csv_import_from_file_urls"


def faults(
    connection: Connection, settings: Mapping[str, str], *, asks_addresses: bool = False
) -> Iterator[tuple[str, str]]:
    """Yield what is exposed of a server, and what to do about it: by its files and its settings.

    `asks_addresses` says that it asks those of its own machine for a query.
    """
    if connection.file:
        yield from _file(connection.file)
    if connection.home:
        servers = process.running(Home(connection.home))
        yield from _listeners(
            address for server in servers for address in process.listening_addresses(server)
        )
    if settings.get(_FILES) == "true":
        yield (
            "LOAD CSV reads files of the server for whoever sends it a query",
            f"set {_FILES}=false",
        )
    if asks_addresses:
        yield (
            "LOAD CSV asks addresses of the server's own network for whoever sends it a query",
            f"deny LOAD to roles (docs/roles.md), or set {_BLOCKLIST}=0.0.0.0/0,::/0",
        )


def _file(path: Path) -> Iterator[tuple[str, str]]:
    if path.exists() and path.stat().st_mode & 0o077:
        yield f"others may read the password in {path}", "chmod 600 it"


def _listeners(addresses: Iterable[str]) -> Iterator[tuple[str, str]]:
    for address in sorted(set(addresses)):
        if not config.is_this_machine(address.partition("%")[0]):
            yield (
                f"the local server listens at {address}, to other machines too",
                "stop it (chronotope server stop): the next start configures it anew",
            )
