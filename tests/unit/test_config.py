from pathlib import Path

import pytest

from chronotope import config
from chronotope.config import Connection
from chronotope.errors import InputError

ENVIRONMENT = {
    "NEO4J_URI": "bolt+s://environment:7687",
    "NEO4J_USERNAME": "alice",
    "NEO4J_PASSWORD": "secret",
    "NEO4J_DATABASE": "graph",
}


def test_nothing_set_means_the_local_server() -> None:
    assert config.connection(environ={}) is None


def test_environment_is_used() -> None:
    expected = Connection("bolt+s://environment:7687", "alice", "secret", "graph")
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


@pytest.mark.parametrize(
    "uri",
    [
        "bolt://neo4j:sekret@localhost:7687",
        "bolt://neo4j:sekret@localhost:99999",
        "bolt+s://u:p@h@sekret@localhost",
        "http://neo4j:sekret@localhost",
        "neo4j:sekret@localhost",
        "http://localhost?password=sekret",
    ],
)
def test_a_uri_with_a_password_is_refused_and_not_repeated(uri: str) -> None:
    with pytest.raises(InputError) as caught:
        config.connection(uri=uri, environ={})
    assert "localhost" in str(caught.value)
    assert "sekret" not in str(caught.value)


@pytest.mark.parametrize(
    "uri",
    [
        "bolt://[::1", "bolt://host:99999", "bolt://host:port", "bolt://a:b:c", "bolt://ho st",
        "bolt://\udcff", "bolt://a\0b", "bolt://" + "x" * 300,
    ],
)  # fmt: skip
def test_a_uri_without_a_host_and_a_port_is_refused(uri: str) -> None:
    with pytest.raises(InputError, match="has no host and port; write it like bolt://localhost"):
        config.connection(uri=uri, environ={})


def test_what_follows_an_address_is_not_shown() -> None:
    found = config.connection(uri="neo4j+s://host:7687/?policy=sekret", environ={})
    assert found is not None
    assert found.address == "neo4j+s://host:7687/?…"


def test_the_password_is_not_shown() -> None:
    assert "secret" not in repr(config.connection(environ=ENVIRONMENT))


@pytest.mark.parametrize("scheme", ["bolt", "neo4j+s"])
def test_a_password_in_a_uri_is_refused_without_showing_it(scheme: str) -> None:
    with pytest.raises(InputError, match="holds a name or a password") as said:
        config.connection(uri=f"{scheme}://neo4j:pass-word@host:7687", environ={})
    assert "pass-word" not in str(said.value)


@pytest.mark.parametrize(
    "uri",
    [
        "bolt://localhost:7687", "neo4j://LOCALHOST", "bolt://127.0.0.1", "bolt://127.9.8.7:1",
        "bolt://[::1]:7687", "bolt://[::ffff:127.0.0.1]",
        "bolt+s://db.example", "neo4j+s://db.example", "bolt+ssc://10.0.0.1",
    ],
)  # fmt: skip
def test_this_machine_and_tls_are_secure(uri: str) -> None:
    found = config.connection(uri=uri, environ={})
    assert found is not None
    assert config.other_connection(uri, environ={}) == found


@pytest.mark.parametrize(
    "uri",
    [
        "bolt://db.example:7687", "neo4j://10.0.0.1", "bolt://[fe80::1]:7687", "bolt://0.0.0.0",
        "bolt://localhost.example", "bolt://128.0.0.1", "bolt://127.0.0.1.example:7687",
    ],
)  # fmt: skip
def test_another_host_without_tls_is_refused_unless_it_may_be_insecure(uri: str) -> None:
    for call in (config.connection, config.other_connection):
        with pytest.raises(InputError, match="would go over the network as they are") as caught:
            call(uri=uri, environ={"CHRONOTOPE_INSECURE": "0"})
        assert uri.replace("://", "+s://") in str(caught.value)
        assert call(uri=uri, insecure=True, environ={}) == Connection(uri)
        assert call(uri=uri, environ={"CHRONOTOPE_INSECURE": "1"}) == Connection(uri)


def test_what_follows_an_insecure_address_is_not_shown() -> None:
    with pytest.raises(InputError) as caught:
        config.connection(uri="neo4j://host:7687/?policy=sekret", environ={})
    assert "sekret" not in str(caught.value)
