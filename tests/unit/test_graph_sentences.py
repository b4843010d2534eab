"""What a server refuses is told in a sentence. Community has no rights that one could lack."""

import pytest
from neo4j.exceptions import Neo4jError

from chronotope import catalogue
from chronotope.config import Connection
from chronotope.errors import DatabaseError
from chronotope.graph import _sentences


def test_a_missing_right_is_told_with_who_lacks_it() -> None:
    refusal = Neo4jError._hydrate_neo4j(
        code="Neo.ClientError.Security.Forbidden",
        message="Create node with labels 'Cell' on database 'neo4j' is not allowed for user 'ann'.",
    )
    connection = Connection("bolt://localhost:7687", "ann", "secret", "neo4j")
    with (
        pytest.raises(DatabaseError) as caught,
        _sentences(connection, catalogue.get("load.merge_cells")),
    ):
        raise refusal
    assert str(caught.value) == (
        "The query load.merge_cells was refused: the user 'ann' has no right to it (Create node "
        "with labels 'Cell' on database 'neo4j' is not allowed for user 'ann'.). Grant the right, "
        "or connect as somebody who has it."
    )
    assert not caught.value.transient
