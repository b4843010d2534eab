from pathlib import Path

import pytest

from chronotope import config
from chronotope.config import Connection
from chronotope.errors import InputError

ENVIRONMENT = {
    "NEO4J_URI": "bolt://environment:7687",
    "NEO4J_USERNAME": "alice",
    "NEO4J_PASSWORD": "secret",
    "NEO4J_DATABASE": "graph",
}


def test_nothing_set_means_the_local_server() -> None:
    assert config.connection(environ={}) is None


def test_environment_is_used() -> None:
    expected = Connection("bolt://environment:7687", "alice", "secret", "graph")
    assert config.connection(environ=ENVIRONMENT) == expected


def test_a_flag_wins_over_the_environment() -> None:
    found = config.connection(uri="neo4j+s://flag", username="bob", environ=ENVIRONMENT)
    assert found == Connection("neo4j+s://flag", "bob", "secret", "graph")


def test_an_aura_file_wins_over_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "Neo4j-credentials.txt"
    file.write_text("# Wait 60 seconds\nNEO4J_URI=neo4j+s://aura\nNEO4J_PASSWORD=a=b\nAURA_ID=1\n")
    found = config.connection(credentials=file, environ=ENVIRONMENT)
    assert found == Connection("neo4j+s://aura", "alice", "a=b", "graph")


def test_a_missing_credentials_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"credentials file .*none\.txt cannot be read"):
        config.connection(credentials=tmp_path / "none.txt", environ={})


def test_a_uri_of_another_kind_is_refused() -> None:
    with pytest.raises(InputError, match="has to begin with bolt://"):
        config.connection(uri="http://localhost:7474", environ={})


def test_the_password_is_not_shown() -> None:
    assert "secret" not in repr(config.connection(environ=ENVIRONMENT))


@pytest.mark.parametrize("scheme", ["bolt", "neo4j+s", "http"])
def test_a_password_in_a_uri_is_refused_without_showing_it(scheme: str) -> None:
    with pytest.raises(InputError, match="holds a name or a password") as said:
        config.connection(uri=f"{scheme}://neo4j:pass-word@host:7687", environ={})
    assert "pass-word" not in str(said.value)
