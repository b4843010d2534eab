"""What is imported when it is needed, and which extra brings it."""

from collections.abc import Iterator
from contextlib import contextmanager

from chronotope.errors import InputError


@contextmanager
def needs(extra: str) -> Iterator[None]:
    """Say which extra to install where an import of the block fails. Raises InputError."""
    try:
        yield
    except ImportError as problem:
        raise InputError(
            f"This needs the package {problem.name}; install it: pip install 'chronotope[{extra}]'."
        ) from None
