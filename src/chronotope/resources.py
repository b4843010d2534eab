"""Where queries, migrations and the plugin lie, in a checkout and in an installed wheel."""

from pathlib import Path

from chronotope.errors import ChronotopeError

VERSION = "0.1.0"
"""Of this package; pyproject.toml says it too."""

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """Return the folder `name` ("cypher", "migrations" or "plugin").

    A checkout (also an editable installation) is preferred, so that an edited query is the one
    that runs; a wheel carries a copy inside the package.
    """
    checkout = _PACKAGE.parents[1] / name
    if checkout.is_dir() and (_PACKAGE.parents[1] / "pyproject.toml").is_file():
        return checkout
    installed = _PACKAGE / "_resources" / name
    if installed.is_dir():
        return installed
    raise ChronotopeError(
        f"The folder '{name}' is missing from this installation of chronotope; install it again."
    )
