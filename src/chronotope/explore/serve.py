"""A server for one browser of this machine, until it is interrupted."""

import errno
import socket
from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING

from chronotope.client import Client
from chronotope.errors import InputError
from chronotope.language import Language

if TYPE_CHECKING:
    import uvicorn
    from starlette.applications import Starlette

_ADDRESS = "127.0.0.1"
_PACKAGES = ("starlette", "uvicorn")
_PATIENCE = 2  # seconds for what is under way when it ends


def check() -> None:
    """Raise InputError where packages are missing that serve the page."""
    if not all(map(find_spec, _PACKAGES)):
        raise InputError(
            "The live page needs starlette and uvicorn; install the extra: "
            "pip install 'chronotope[pages]'."
        )


def serve(
    client: Client,
    *,
    port: int,
    language: Language,
    write: bool,
    min_users: int,
    announce: Callable[[str], None],
) -> None:
    """Serve the page on 127.0.0.1 until an interrupt; `announce` is told its link.

    A `port` of 0 is a free one. Raises InputError for a port that is taken, and SchemaError and
    UnavailableError before anything is served.
    """
    from chronotope.explore.door import Door
    from chronotope.explore.routes import Room, application

    room = Room(client, language=language, write=write, min_users=min_users)
    with listen(port) as listening:
        door = Door(listening.getsockname()[1])
        announce(door.link)
        server(application(room, door)).run(sockets=[listening])


def server(application: "Starlette") -> "uvicorn.Server":
    """Return the server of an application, which logs no request: the token would be in it."""
    import uvicorn

    options = uvicorn.Config(
        application,
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_PATIENCE,
    )
    return uvicorn.Server(options)


def listen(port: int) -> socket.socket:
    """Return a socket that listens: a browser that comes at once waits for the server."""
    listening = socket.socket()
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((_ADDRESS, port))
        listening.listen()
    except OSError as problem:
        listening.close()
        if problem.errno == errno.EADDRINUSE:
            raise InputError(
                f"Port {port} is taken by another program; leave --port out for a free one."
            ) from None
        raise InputError(f"Port {port} cannot be used: {problem.strerror}.") from None
    return listening
