"""What people are interested in, when and where: a graph-native query layer for Neo4j.

::

    import chronotope

    with chronotope.connect() as client:
        for item in client.recommend("470", here=(40.7580, -73.9855)):
            print(item.name, item.reasons())
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from chronotope.resources import VERSION

if TYPE_CHECKING:
    from chronotope.catalogue import queries, read_query
    from chronotope.client import (
        Client,
        Location,
        ReadOptions,
        Recommendation,
        Recommendations,
        Rows,
        connect,
        evaluate_files,
    )
    from chronotope.errors import (
        CatalogueError,
        ChronotopeError,
        DatabaseError,
        EncoderError,
        InputError,
        MigrationError,
        SchemaError,
        ServerError,
        UnavailableError,
    )

__all__ = [
    "CatalogueError",
    "ChronotopeError",
    "Client",
    "DatabaseError",
    "EncoderError",
    "InputError",
    "Location",
    "MigrationError",
    "ReadOptions",
    "Recommendation",
    "Recommendations",
    "Rows",
    "SchemaError",
    "ServerError",
    "UnavailableError",
    "__version__",
    "connect",
    "evaluate_files",
    "queries",
    "read_query",
]

__version__ = VERSION


def __getattr__(name: str) -> Any:
    """Import what is asked for: the driver and all else take a second."""
    if name not in __all__:
        raise AttributeError(f"module 'chronotope' has no attribute '{name}'")
    other = "catalogue" if name in ("queries", "read_query") else "client"
    home = "errors" if name.endswith("Error") else other
    return getattr(import_module(f"chronotope.{home}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
