"""Doors of the fuzz that files and arguments come through, and what is printed."""

import json
import os
from io import StringIO
from pathlib import Path

import click
from fuzz_doors import Door, Outcome, command, commands_a_terminal, statement
from hostile import Hostile

from chronotope import loading
from chronotope.adoption import read_mapping
from chronotope.cli import params
from chronotope.cli.session import _Stream, json_of
from chronotope.cli.tables import table
from chronotope.cli.values import parse_value
from chronotope.client import Client
from chronotope.errors import ChronotopeError

TYPES = ("INTEGER", "FLOAT", "BOOLEAN", "ZONED DATETIME", "POINT", "LIST<STRING>", "MAP", "ANY")
PARSERS = (
    params.parse_moment, params.parse_point, params.parse_hours, params.parse_weekdays,
    params.parse_pairs, params.parse_limit, params.parse_megabytes, params.parse_zone,
    params.parse_vector,
    *(lambda text, kind=kind: parse_value(text, kind) for kind in TYPES),
)  # fmt: skip
MAPPING = """\
[users]
match = 'MATCH (user:Person) RETURN user'
[[items]]
match = {}
name = {}
keep = [{}]
[events]
match = 'MATCH (user)-[e]->(item) RETURN user, item, e.at AS at'
kind = {}
{} = {}
"""


def arguments(
    client: Client, folder: Path, hostile: Hostile, number: int, outcome: Outcome
) -> None:
    """Parse hostile arguments and parameters of every type."""
    del client, folder
    for n, text in enumerate(hostile.texts(number, huge=number > 100)):
        try:
            PARSERS[n % len(PARSERS)](text)
        except (ChronotopeError, click.UsageError) as problem:
            outcome.refused(problem, text)
        else:
            outcome.counts["answered"] += 1


def commands(client: Client, folder: Path, hostile: Hostile, number: int, outcome: Outcome) -> None:
    """Run commands with hostile names, paths, values and input; look at what they print."""
    del client
    file = folder / "items.csv"
    file.write_text("item_id,name\na,b\n")
    for n in range(number):
        text, other = _argument(hostile), _argument(hostile)
        lines = (
            ("load", "items", text, "--dry-run"),
            ("load", "items", str(file), "--dry-run", "--map", text),
            ("load", "items", str(file), "--dry-run", "--keep", text, "--set", f"{text}={other}"),
            ("load", "items", "-", "--dry-run"),
            ("load", "events", "-", "--dry-run", "--time-format", text, "--null", other),
            ("load", "items", "-", "--dry-run", "--delimiter", text, "--encoding", other),
            ("query", "run", text),
            ("query", "show", text),
            ("query", "run", "user.describe_history", "--param", text),
            ("decrypt", text, "--output", other),
            ("--uri", text, "doctor"),
            ("--uri", f"bolt://{text}", "doctor"),
            ("--credentials", text, "doctor"),
            ("recommend", text, "--at", other),
            ("user", "export", "x", "--output", text),
            ("embed", "--encoder", text),
            ("adopt", text, "--dry-run"),
            ("migrate", "apply", "--location", text, "--dry-run"),
            ("export", "graph", "--output", f"none/{text}", "--format", "csv"),
            (text, other),
        )
        line = lines[n % len(lines)]
        if any(part in ("-h", "--help", "--version") for part in line):
            continue
        try:
            code, out, err = command(*line, stdin=_stdin(hostile))
        except Exception as problem:  # what is no sentence is a fault, and the next one's turn
            outcome.fault(f"{type(problem).__name__}: {problem}"[:200], line)
            continue
        if commands_a_terminal(out + err):
            outcome.fault("a control character was printed", (line, out + err))
        if code == 0:
            outcome.counts["answered"] += 1
        else:
            outcome.refused(err or out, line)


def _argument(hostile: Hostile) -> str:
    """Return a hostile text as a process gets it: of bytes, none of them zero."""
    return os.fsdecode(
        hostile.text(huge=False).encode("utf-8", "surrogatepass").replace(b"\0", b"")
    )


def _stdin(hostile: Hostile) -> bytes:
    lines = ["item_id,name,user_id,timestamp", *hostile.texts(3, huge=False)]
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def columns(client: Client, folder: Path, hostile: Hostile, number: int, outcome: Outcome) -> None:
    """Read files whose header and whose names of columns are hostile; nothing is written."""
    del client, folder
    for _ in range(number):
        name, kept = hostile.text(huge=False), hostile.text(huge=False)
        options = loading.ReadOptions(
            renamed={"name": name}, keep=(kept,), constants={"tags": name}
        )
        rows = [{"item_id": "a", name: "x", kept: hostile.text(huge=False)}]
        try:
            done = loading.load_rows(None, loading.ITEMS, rows, options)
        except ChronotopeError as problem:
            outcome.refused(problem, options)
        else:
            fate = "answered" if done.rejected == 0 else "refused"
            outcome.counts[fate] += 1


def mappings(client: Client, folder: Path, hostile: Hostile, number: int, outcome: Outcome) -> None:
    """Read mappings with hostile texts, in quotes, out of them, and nothing but them."""
    del client
    path = folder / "mapping.toml"
    for n in range(number):
        texts = [hostile.text(huge=False) for _ in range(6)]
        quoted = [json.dumps(text) for text in texts]
        content = (
            MAPPING.format(*quoted[:4], "zone", '"UTC"'),
            MAPPING.format(*quoted[:4], *texts[4:]),
            MAPPING.format(*texts),
            hostile.text(),
        )[n % 4]
        path.write_bytes(content.encode("utf-8", "surrogatepass"))
        try:
            (items,) = read_mapping(path).of("items")
        except ChronotopeError as problem:
            outcome.refused(problem, content)
            continue
        outcome.counts["stored"] += 1
        if n % 4 == 0 and (items.match, items.options.keep) != (texts[0], (texts[2],)):
            outcome.fault("read otherwise", content)
    path.unlink(missing_ok=True)


def adoptions(
    client: Client, folder: Path, hostile: Hostile, number: int, outcome: Outcome
) -> None:
    """Guess mappings of graphs with hostile labels, types and properties, and read them again."""
    make = statement(
        "UNWIND $rows AS row UNWIND range(1, 3) AS n "
        "CREATE (a:$(row.label) {id: 'a' + n, email: row.value}) "
        "CREATE (b:$(row.other) {id: 'b' + n, name: row.value, price: n}) "
        "SET b[row.name] = row.value "
        "CREATE (a)-[r:$(row.type) {at: datetime('2026-03-02T08:00Z')}]->(b)",
        mode="write",
        columns="",
    )
    clear = statement(
        "UNWIND $rows AS row MATCH (n) WHERE row.label IN labels(n) OR row.other IN labels(n) "
        "DETACH DELETE n",
        mode="write",
        columns="",
    )
    for _ in range(number):
        label, other, type_, name, value = (hostile.text(huge=False)[:500] for _ in range(5))
        rows = [
            {"label": f"Customer {label}", "other": f"Product {other}", "type": f"BOUGHT {type_}",
             "name": f"P{name}", "value": value}
        ]  # fmt: skip
        path = folder / "guess.toml"
        try:
            client.graph.write(make, {"rows": rows})
        except ChronotopeError as problem:  # the server does not take such a name
            outcome.refused(problem, rows)
            continue
        try:
            path.write_text(client.guess_mapping(), encoding="utf-8")
            read_mapping(path)
        except ChronotopeError as problem:
            outcome.refused(problem, rows)
        else:
            outcome.counts["answered"] += 1
        client.graph.write(clear, {"rows": rows})


def printed(client: Client, folder: Path, hostile: Hostile, number: int, outcome: Outcome) -> None:
    """Print hostile texts in tables, lines and JSON: to the letter, and with no command in them."""
    del client, folder
    for text in hostile.texts(number, huge=False):
        stream = StringIO()
        console = _Stream()
        console.file = stream
        console.print(table(("a", text), [(text, 1)], wrap=False))
        console.print(text, soft_wrap=True)
        told = json_of({text: [text]})
        if commands_a_terminal(stream.getvalue() + told):
            outcome.fault("a control character was printed", text)
        joined = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
        if json.loads(told) != {joined: [joined]}:
            outcome.fault("JSON tells it otherwise", text)
        outcome.counts["answered"] += 1


DOORS: tuple[Door, ...] = (
    Door("arguments and values of every type", 15_000, arguments),
    Door("commands: names, paths, options, input", 4_000, commands),
    Door("names of columns", 6_000, columns),
    Door("mappings (TOML)", 6_000, mappings),
    Door("graphs to adopt: labels, types, properties", 60, adoptions),
    Door("tables, lines and JSON", 6_000, printed),
)
