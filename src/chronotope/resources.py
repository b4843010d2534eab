"""Where the query catalogue and the migrations lie, in a checkout and in an installed wheel."""

from pathlib import Path

from chronotope.errors import ChronotopeError

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """Return the folder `name` ("cypher" or "migrations").

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
