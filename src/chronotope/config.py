"""Settings: a flag wins over the environment, the environment over the local server.

This is the only module that reads the environment.
"""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs

from chronotope.errors import InputError
from chronotope.inputs import read_text

LOCK = "lock"
"""The file in the home of a local server that a command holds while it starts or stops it."""
_URI_SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")


@dataclass(frozen=True)
class Connection:
    """How to reach a database; `database` None means the user's home database.

    `home` is the folder of a local server, on a disk that this process can see; `file` holds the
    password, where one does.
    """

    uri: str
    username: str = "neo4j"
    password: str = field(default="", repr=False)
    database: str | None = None
    home: Path | None = None
    file: Path | None = field(default=None, compare=False)

    @property
    def address(self) -> str:
        """The URI as it may be shown."""
        return shown(self.uri)


def connection(
    *,
    uri: str | None = None,
    username: str | None = None,
    password: str | None = None,
    database: str | None = None,
    credentials: Path | None = None,
    insecure: bool = False,
    environ: Mapping[str, str] = os.environ,
) -> Connection | None:
    """Return the connection that was asked for, or None for the local server.

    Each of the four values is taken from the argument, else from `credentials` (a file of
    `NEO4J_URI=…` lines, as Neo4j Aura hands out), else from the environment.

    Raises InputError when the credentials file is missing, for a URI that is not one of Bolt or has
    a password in it, and for one by which password and data would go over a network as they are,
    unless it may be `insecure` (or CHRONOTOPE_INSECURE is 1).
    """
    given = {**environ, **_read_credentials(credentials)} if credentials else dict(environ)
    uri = uri or given.get("NEO4J_URI")
    if not uri:
        return None
    _check(uri)
    if not insecure and environ.get("CHRONOTOPE_INSECURE") != "1":
        _check_encrypted(uri)
    return Connection(
        uri=uri,
        username=username or given.get("NEO4J_USERNAME") or "neo4j",
        password=password or given.get("NEO4J_PASSWORD") or "",
        database=database or given.get("NEO4J_DATABASE") or None,
        file=credentials,
    )


def other_connection(
    uri: str,
    credentials: Path | None = None,
    *,
    insecure: bool = False,
    environ: Mapping[str, str] = os.environ,
) -> Connection:
    """Return the connection to a second server, from which rows are read.

    Name, password and database come from `credentials`, as those of `connection` do, else from
    NEO4J_FROM_USERNAME, NEO4J_FROM_PASSWORD and NEO4J_FROM_DATABASE; where none of these is set,
    name and password are those of the first server. Raises InputError as `connection` does.
    """
    prefix = "NEO4J_FROM_"
    other = {f"NEO4J_{k[len(prefix) :]}": v for k, v in environ.items() if k.startswith(prefix)}
    names = ("NEO4J_USERNAME", "NEO4J_PASSWORD")
    given = other or {name: environ[name] for name in names if name in environ}
    insecure = insecure or environ.get("CHRONOTOPE_INSECURE") == "1"
    found = connection(uri=uri, credentials=credentials, insecure=insecure, environ=given)
    assert found is not None  # noqa: S101  it has a URI
    return found


def variables(connection: Connection) -> dict[str, str]:
    """Return the environment variables that lead to a connection, for `connection` and others."""
    values = {
        "NEO4J_URI": connection.uri,
        "NEO4J_USERNAME": connection.username,
        "NEO4J_PASSWORD": connection.password,
    }
    return values | ({"NEO4J_DATABASE": connection.database} if connection.database else {})


def shown(uri: str) -> str:
    """Return a URI without what may be a name and a password in it."""
    address, question, _ = uri.partition("?")
    before, at, host = address.rpartition("@")
    scheme = before.partition("://")[0] if "://" in before else ""
    hidden = f"{scheme}://…@" if scheme else "…@"
    return f"{hidden if at else before}{host}{'?…' if question else ''}"


def _check(uri: str) -> None:
    if uri.partition("://")[0] not in _URI_SCHEMES:
        raise InputError(
            f"The URI '{shown(uri)}' is not one of a Neo4j server; it has to begin with bolt:// or "
            "neo4j:// (with +s for TLS), like bolt://localhost:7687."
        )
    try:
        parts = urlsplit(uri)
        is_host = (parts.hostname or "").encode("idna").isascii() and uri.isprintable()
        is_host = is_host and parts.port != 0 and " " not in uri
    except ValueError:  # of brackets, of a port that is none, of signs that no host has
        is_host = False
    if not is_host:
        raise InputError(
            f"The URI '{shown(uri)}' has no host and port; write it like bolt://localhost:7687."
        )
    if "@" in uri:
        raise InputError(
            f"The URI '{shown(uri)}' holds a name or a password; leave them out and set "
            "NEO4J_USERNAME and NEO4J_PASSWORD, or name a file with --credentials."
        )


def _check_encrypted(uri: str) -> None:
    """Raise InputError for a URI of another host without TLS."""
    scheme, _, rest = uri.partition("://")
    if "+" in scheme or is_this_machine(urlsplit(uri).hostname or "localhost"):
        return
    secure = f"{scheme}+s://{rest.partition('?')[0]}"
    raise InputError(
        f"To {shown(uri)} the password and all data would go over the network as they are. Use "
        f"{secure} (TLS, for which the server has a certificate); or, on a network that you trust, "
        "say --insecure (CHRONOTOPE_INSECURE=1, insecure=True)."
    )


def is_this_machine(host: str) -> bool:
    """Tell whether a name or an address leads to this machine, and over no network."""
    try:
        address = ip_address(host)
    except ValueError:  # a name
        return host == "localhost"
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def _read_credentials(path: Path) -> dict[str, str]:
    text = read_text(path, "credentials file")
    pairs = (line.split("=", 1) for line in text.splitlines() if "=" in line and line[0] != "#")
    values = {key.strip(): value.strip() for key, value in pairs}
    if "NEO4J_URI" not in values:
        raise InputError(
            f"The credentials file {path} has no line NEO4J_URI=…; it should be the text file "
            "that Neo4j Aura offers when an instance is created."
        )
    return values


def api_key(address: str, *, given: bool, environ: Mapping[str, str] = os.environ) -> str | None:
    """Return the key that may go to a model server, `CHRONOTOPE_API_KEY`; None for none.

    It goes to the server of `CHRONOTOPE_API_URL`; where that is not set, to an address that was
    `given` by who gave the key.
    """
    home = environ.get("CHRONOTOPE_API_URL")
    allowed = _origin(address) == _origin(home) if home else given
    return environ.get("CHRONOTOPE_API_KEY") or None if allowed else None


def _origin(address: str) -> tuple[str, str | None, int | None] | None:
    """Return scheme, host and port of an address; None for one that is none."""
    try:
        parts = urlsplit(address)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None
    return parts.scheme, parts.hostname, port


def home(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of the local server and its data; `CHRONOTOPE_HOME` overrides it."""
    override = environ.get("CHRONOTOPE_HOME")
    return Path(override) if override else platformdirs.user_data_path("chronotope")


def heap_mb(environ: Mapping[str, str] = os.environ) -> int | None:
    """Return the heap of the local server in MB where `CHRONOTOPE_HEAP` says it."""
    return _megabytes("CHRONOTOPE_HEAP", environ)


def page_cache_mb(environ: Mapping[str, str] = os.environ) -> int | None:
    """Return the page cache of the local server in MB where `CHRONOTOPE_PAGECACHE` says it."""
    return _megabytes("CHRONOTOPE_PAGECACHE", environ)


def _megabytes(name: str, environ: Mapping[str, str]) -> int | None:
    """Read a size as Java and Neo4j write it: `512m`, `2g`. Raises InputError for another text."""
    text = environ.get(name)
    if not text:
        return None
    if not (found := re.fullmatch(r"([1-9]\d{0,6})([mg])", text.strip().lower())):
        raise InputError(f"{name} is a size like 512m or 2g, not '{text}'.")
    return int(found[1]) * (1024 if found[2] == "g" else 1)


def warms(environ: Mapping[str, str] = os.environ) -> bool:
    """Tell whether a server is made ready when it starts: not with `CHRONOTOPE_WARM=0`."""
    return environ.get("CHRONOTOPE_WARM") != "0"


def cache() -> Path:
    """Return the folder of what can be fetched again: the server's jars."""
    return platformdirs.user_cache_path("chronotope")


def maven_cache(environ: Mapping[str, str] = os.environ) -> Path:
    """Return where a Maven installation keeps its downloads, whether or not it exists."""
    return Path(environ.get("M2_REPO") or Path.home() / ".m2" / "repository")


def is_submitted(environ: Mapping[str, str] = os.environ) -> bool:
    """Tell whether spark-submit runs this process."""
    return "PYSPARK_GATEWAY_PORT" in environ


def python_of_spark(environ: Mapping[str, str] = os.environ) -> str | None:
    """Return the Python that Spark's workers run, where it was told."""
    return environ.get("PYSPARK_PYTHON")


@contextmanager
def filled(values: Mapping[str, str]) -> Iterator[None]:
    """Let processes that a block starts have what the environment lacks of some variables."""
    missing = {name: value for name, value in values.items() if name not in os.environ}
    os.environ.update(missing)
    try:
        yield
    finally:
        for name in missing:
            del os.environ[name]


def keys_text(environ: Mapping[str, str] = os.environ) -> str | None:
    """Return the keys of pseudonyms where the environment holds them, `CHRONOTOPE_KEYS`."""
    return environ.get("CHRONOTOPE_KEYS") or None


def keys_file(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the file of the keys of pseudonyms; `CHRONOTOPE_KEYS_FILE` overrides it."""
    override = environ.get("CHRONOTOPE_KEYS_FILE")
    return Path(override) if override else platformdirs.user_config_path("chronotope") / "keys.json"


def passphrase(environ: Mapping[str, str] = os.environ) -> str | None:
    """Return the passphrase of encrypted files, `CHRONOTOPE_PASSPHRASE`."""
    return environ.get("CHRONOTOPE_PASSPHRASE") or None
