"""A server for one browser of this machine, until it is interrupted."""

import errno
import socket
from collections.abc import Callable
from importlib.util import find_spec

from chronotope.client import Client
from chronotope.errors import InputError
from chronotope.language import Language

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
    import uvicorn

    from chronotope.explore.door import ADDRESS, Door
    from chronotope.explore.routes import Room, application

    room = Room(client, language=language, write=write, min_users=min_users)
    with _listen(ADDRESS, port) as listening:
        door = Door(listening.getsockname()[1])
        options = uvicorn.Config(
            application(room, door),
            lifespan="off",
            ws="none",
            # A log of requests would have the token in it.
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_PATIENCE,
        )
        announce(door.link)
        uvicorn.Server(options).run(sockets=[listening])


def _listen(address: str, port: int) -> socket.socket:
    """Return a socket that listens: a browser that comes at once waits for the server."""
    listening = socket.socket()
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((address, port))
        listening.listen()
    except OSError as problem:
        listening.close()
        if problem.errno == errno.EADDRINUSE:
            raise InputError(
                f"Port {port} is taken by another program; leave --port out for a free one."
            ) from None
        raise InputError(f"Port {port} cannot be used: {problem.strerror}.") from None
    return listening
