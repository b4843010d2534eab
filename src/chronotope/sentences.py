"""What the driver and the server complain of, in sentences: errors of `chronotope.errors`."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from neo4j.exceptions import (
    AuthError,
    ConfigurationError,
    DriverError,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
)

from chronotope.catalogue import Query
from chronotope.config import Connection
from chronotope.errors import (
    DatabaseError,
    InputError,
    SchemaError,
    UnavailableError,
    is_interrupt,
)

# Queries raise errors by reading a sentence as a date, for Cypher has no other way.
_RAISED = re.compile(r'cannot be parsed to a Date\s+"(.+)"\s', re.DOTALL)
# What a server answers whose store cannot be opened, or who met a full disk.
_DOWN = (
    "Neo.TransientError.General.DatabaseUnavailable",
    "Neo.DatabaseError.Transaction.TransactionStartFailed",
)
_FORBIDDEN = "Neo.ClientError.Security.Forbidden"
TIMED_OUT = "TransactionTimedOut"
"""In the codes of transactions that took too long."""


@contextmanager
def sentences(
    connection: Connection, queries: Query | Sequence[Query] | None = None
) -> Iterator[None]:
    """Turn the driver's errors into ours; of several queries the last one is at fault."""
    try:
        with _interrupts():
            yield
    except AuthError:
        if connection.home:
            raise UnavailableError(
                f"The local server refuses the password in {connection.home / 'password'}. Restore "
                "that file; or remove it: the next command sets a new one, and the graph stays."
            ) from None
        whom = (
            f"the name or the password of user '{connection.username}'; check NEO4J_USERNAME and "
            "NEO4J_PASSWORD"
            if connection.username
            else "the credentials of the driver"
        )
        raise UnavailableError(f"The server at {connection.address} refuses {whom}.") from None
    except (ServiceUnavailable, SessionExpired, ConfigurationError) as problem:
        if connection.home:
            raise UnavailableError(
                f"The local Neo4j server stopped; its logs are in {connection.home / 'logs'}. "
                "Run the command again: it starts the server, and what was written is there."
            ) from None
        raise UnavailableError(
            f"No Neo4j server answers at {connection.address} ({first_line(problem)}); check that "
            "it runs and that NEO4J_URI is right, or unset NEO4J_URI to use the local server."
        ) from None
    except Neo4jError as problem:
        query = queries if isinstance(queries, Query) else queries[-1] if queries else None
        if sentence := _RAISED.search(problem.message or ""):
            raise InputError(f"{query.name if query else 'A query'}: {sentence[1]}.") from None
        where = f"The query {query.name}" if query else "A query"
        message = first_line(problem)
        if "no such vector schema index" in message.lower() or "22N69" in str(problem):
            raise SchemaError(
                f"{where} needs an index that this database lacks; run: chronotope migrate apply."
            ) from None
        code = problem.code or ""
        if code == _FORBIDDEN:
            raise DatabaseError(
                f"{where} was refused: the user '{connection.username}' has no right to it "
                f"({message}). Grant the right, or connect as somebody who has it."
            ) from None
        if connection.home and code in _DOWN:
            raise DatabaseError(
                f"The database of the local server does not work: {message} Stop the server "
                "(chronotope server stop) and run the command again, which starts it. If that "
                f"fails too, its store is broken ({connection.home / 'logs'} tells why): "
                "`chronotope server reset` removes it, with all that it holds, and starts anew.",
                transient=True,
            ) from problem
        if TIMED_OUT in code:  # a smaller batch may be in time; a question is the same again
            raise DatabaseError(
                f"{where} took longer than it may; the server ended it, and nothing of it stays. "
                "Try again when the server has less to do.",
                transient=query is not None and query.mode == "read",
            ) from problem
        again = problem.is_retryable() or code.startswith("Neo.DatabaseError.Transaction.")
        raise DatabaseError(f"{where} failed: {message}", transient=again) from problem
    except UnicodeEncodeError:
        raise InputError(
            "A text has signs that are no Unicode: bytes of another encoding, or half a pair."
        ) from None
    except (OverflowError, RecursionError) as problem:
        raise InputError(
            f"A value is larger, or nested deeper, than Neo4j takes: {problem}."
        ) from None
    except DriverError as problem:
        raise DatabaseError(
            f"The connection to {connection.address} broke: {first_line(problem)}", transient=True
        ) from problem


@contextmanager
def _interrupts() -> Iterator[None]:
    """Let an interrupt be told as one.

    When it comes while the driver sends a message, closing the session sends that message again:
    the server complains, and its complaint would hide the interrupt.
    """
    try:
        yield
    except Exception as problem:
        if is_interrupt(problem):
            raise KeyboardInterrupt from problem
        raise


def first_line(problem: Exception) -> str:
    """Return the first line of what a driver or a server says."""
    message = getattr(problem, "message", None) or str(problem)
    return message.strip().partition("\n")[0]
