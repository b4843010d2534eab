"""What a server refuses is told in a sentence. Community has no rights that one could lack."""

import pytest
from neo4j.exceptions import Neo4jError

from chronotope import catalogue
from chronotope.config import Connection
from chronotope.errors import DatabaseError
from chronotope.sentences import sentences


def test_a_missing_right_is_told_with_who_lacks_it() -> None:
    refusal = Neo4jError._hydrate_neo4j(
        code="Neo.ClientError.Security.Forbidden",
        message="Create node with labels 'Cell' on database 'neo4j' is not allowed for user 'ann'.",
    )
    connection = Connection("bolt://localhost:7687", "ann", "secret", "neo4j")
    with (
        pytest.raises(DatabaseError) as caught,
        sentences(connection, catalogue.get("load.merge_cells")),
    ):
        raise refusal
    assert str(caught.value) == (
        "The query load.merge_cells was refused: the user 'ann' has no right to it (Create node "
        "with labels 'Cell' on database 'neo4j' is not allowed for user 'ann'.). Grant the right, "
        "or connect as somebody who has it."
    )
    assert not caught.value.transient


@pytest.mark.parametrize(
    ("name", "again"), [("secrecy.read_tombstones", True), ("load.merge_events", False)]
)
def test_what_took_too_long_is_told_and_a_question_can_be_asked_again(
    name: str, *, again: bool
) -> None:
    ended = Neo4jError._hydrate_neo4j(
        code="Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration",
        message="The transaction has been terminated. Retry your operation in a new transaction.",
    )
    connection = Connection("bolt://localhost:7687", "ann", "secret", "neo4j")
    with pytest.raises(DatabaseError) as caught, sentences(connection, catalogue.get(name)):
        raise ended
    assert str(caught.value) == (
        f"The query {name} took longer than it may; the server ended it, and nothing of it stays. "
        "Try again when the server has less to do."
    )
    assert caught.value.transient is again
