"""The errors that chronotope raises, each a sentence with a place and a remedy.

::

    ChronotopeError                 exit code 1
    ├── InputError                  a file, an option or a value that cannot be used
    ├── CatalogueError              a query file that breaks the catalogue's rules
    ├── MigrationError              a migration file or history that cannot be applied
    ├── EncoderError                a language model that is missing, broken or not the graph's own
    ├── ServerError                 the local Neo4j server cannot be fetched, started or stopped
    ├── DatabaseError               the database refused or failed a query
    │   └── UnavailableError     exit code 3: unreachable, wrong password, or too old
    └── SchemaError                 exit code 4: not migrated, or not a chronotope graph
"""

_LONGEST = 5_000


def shortened(text: str, most: int = _LONGEST) -> str:
    """Return a text as people are told it: of a long one the beginning and the end."""
    return text if len(text) <= most else f"{text[: most // 2]}…{text[-most // 2 :]}"


class ChronotopeError(Exception):
    """Base of every error that a caller may want to show as one sentence.

    Of one that repeats a value of a megabyte the beginning and the end are shown.
    """

    exit_code = 1

    def __str__(self) -> str:
        return shortened(super().__str__())


class InputError(ChronotopeError):
    """A file, an option or a value that cannot be used."""


class CatalogueError(ChronotopeError):
    """A query file that breaks the catalogue's rules; names file and line."""


class MigrationError(ChronotopeError):
    """A migration file or history that cannot be applied; names file and line."""


class EncoderError(ChronotopeError):
    """A language model that is missing, broken, or not the one the graph was embedded with."""


class ServerError(ChronotopeError):
    """The local Neo4j server cannot be fetched, started or stopped."""


class DatabaseError(ChronotopeError):
    """The database refused or failed a query; `transient` if the same query may succeed later."""

    def __init__(self, message: str, *, transient: bool = False) -> None:
        super().__init__(message)
        self.transient = transient


class UnavailableError(DatabaseError):
    """The database cannot be reached, refuses the credentials, or is too old."""

    exit_code = 3

    def __init__(self, message: str) -> None:
        super().__init__(message, transient=True)


class SchemaError(ChronotopeError):
    """The graph has not been migrated, or is not chronotope's."""

    exit_code = 4


def is_interrupt(problem: BaseException | None) -> bool:
    """Tell whether a problem came up while an interrupt was on its way out."""
    while problem and not isinstance(problem, KeyboardInterrupt):
        problem = problem.__context__
    return problem is not None
