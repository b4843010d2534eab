"""What a door of the fuzz is, and what may come of a text there."""

from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import BufferedReader, BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any
from unicodedata import category
from unittest.mock import patch

from hostile import Hostile

from chronotope import catalogue
from chronotope.cli.main import main
from chronotope.client import Client
from chronotope.graph import Graph

LONGEST_SENTENCE = 31_000  # 5,000 signs, each perhaps as \u202e
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_WATCHED = {
    "nodes that watch": "MATCH (c:Canary {sings: true}) RETURN count(c) AS n",
    "indexes": "SHOW INDEXES YIELD name WITH name ORDER BY name RETURN collect(name) AS n",
    "constraints": "SHOW CONSTRAINTS YIELD name WITH name ORDER BY name RETURN collect(name) AS n",
    "database users": "SHOW USERS YIELD user RETURN collect(user) AS n",
    "labels that only a text would make": (
        "CALL db.labels() YIELD label WITH label WHERE label = 'Pwned' RETURN collect(label) AS n"
    ),
    "properties that only a text would make": (
        "CALL db.propertyKeys() YIELD propertyKey AS k WITH k WHERE k = 'pwned' "
        "RETURN collect(k) AS n"
    ),
}


@dataclass
class Outcome:
    """How many texts had which fate, and what went wrong, in sentences."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def fault(self, what: str, text: object) -> None:
        """Note what went wrong with a text."""
        self.faults.append(f"{what}: {ascii(text)[:300]}")

    def refused(self, problem: BaseException | str, text: object) -> None:
        """Count a text that was refused, if the refusal is a sentence that can be shown."""
        said = str(problem)
        if not said.strip() or "Traceback" in said:
            self.fault(f"no sentence ({type(problem).__name__})", text)
        if len(said) > LONGEST_SENTENCE:
            self.fault(f"a sentence of {len(said):,} signs", text)
        self.counts["refused"] += 1


Knock = Callable[[Client, Path, Hostile, int, Outcome], None]


@dataclass(frozen=True)
class Door:
    """A way in: what it is called, how many texts it gets, and who brings them."""

    name: str
    texts: int
    knock: Knock


def statement(text: str, *, mode: str = "read", columns: str = "n") -> catalogue.Query:
    """Return a statement of the fuzz's own as a query, with `$rows` where it names them."""
    lines = ["// A statement of the fuzz.", f"// @mode {mode}"]
    lines += ["// @param rows LIST<ANY> = null"] if "$rows" in text else []
    lines += (
        [f"// @returns {', '.join(f'{one} ANY' for one in columns.split())}"] if columns else []
    )
    return catalogue.parse("\n".join([*lines, "CYPHER 25", text]), "fuzz")


def surroundings(graph: Graph, folder: Path) -> dict[str, Any]:
    """Return what no text may change; the first call puts the node there that watches."""
    graph.write(statement("MERGE (c:Canary {sings: true})", mode="write", columns=""))
    rows = {name: graph.read(statement(text))[0]["n"] for name, text in _WATCHED.items()}
    rows["files that only a text would make"] = sorted(map(str, folder.rglob("*pwned*")))
    return rows


def commands_a_terminal(text: str) -> bool:
    """Tell whether a text holds what drives a terminal, or turns what it shows around."""
    return any(
        sign != "\n" and (category(sign) in ("Cc", "Cs", "Zl", "Zp") or sign in _TURNING)
        for sign in text
    )


def command(*arguments: str, stdin: bytes = b"") -> tuple[int, str, str]:
    """Run `chronotope …` in this process; return its exit code and what it printed."""
    out, err = StringIO(), StringIO()
    with (
        redirect_stdout(out),
        redirect_stderr(err),
        patch("sys.stdin", TextIOWrapper(BufferedReader(BytesIO(stdin)))),
    ):
        code = main(arguments)
    return code, out.getvalue(), err.getvalue()
