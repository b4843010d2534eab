"""Reach a graph: the local server, a server by its address, or the one of the environment."""

from typing import TYPE_CHECKING

from chronotope import config, server
from chronotope.client.client import Client
from chronotope.errors import InputError

if TYPE_CHECKING:
    import neo4j


def connect(
    uri: str | None = None,
    *,
    auth: "tuple[str, str] | neo4j.Auth | None" = None,
    database: str | None = None,
    demo: bool = False,
    insecure: bool = False,
) -> Client:
    """Return a client of the graph at `uri`, else of NEO4J_URI, else of the local server.

    `auth` is a name and a password; by default NEO4J_USERNAME and NEO4J_PASSWORD. The local server
    is fetched and started when needed. `demo` is the server of `chronotope demo`. Another host is
    reached by TLS (bolt+s://, neo4j+s://) unless the connection may be `insecure`; a driver that is
    handed to `Client` is its maker's to judge.

    Raises UnavailableError when no server answers, or one that is too old, and InputError for an
    address or an `auth` that cannot be used.
    """
    if demo:
        if uri or auth or database:
            raise InputError("demo=True is a server of its own; leave uri, auth and database out.")
        return Client.open(server.start(server.DEMO))
    username, password = _name_and_password(auth) if auth else (None, None)
    connection = config.connection(
        uri=uri, username=username, password=password, database=database, insecure=insecure
    )
    return Client.open(connection or server.start())


def _name_and_password(auth: "tuple[str, str] | neo4j.Auth") -> tuple[str, str]:
    if isinstance(auth, tuple) and len(auth) == 2:
        return auth
    if getattr(auth, "scheme", None) == "basic":
        return auth.principal, auth.credentials
    raise InputError(
        "auth is a name and a password, like ('neo4j', 'secret'); for another scheme make a driver "
        "and give it to chronotope.Client."
    )
