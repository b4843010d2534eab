"""Doors of the fuzz that lead into the graph: rows, records, streams, searches, parameters."""

import json
import os
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fuzz_doors import Door, Outcome, statement
from hostile import Hostile

from chronotope import loading
from chronotope.client import Client
from chronotope.errors import ChronotopeError
from chronotope.loading import validate
from chronotope.loading.rejection import RowError
from chronotope.loading.text import as_texts
from chronotope.loading.times import latest

BATCH = 4_000
OPTIONS = loading.ReadOptions(nulls=())
ITEMS = statement(
    "UNWIND $rows AS id OPTIONAL MATCH (i:Item {id: id}) "
    "RETURN id, i.name AS name, i.description AS description, "
    "COLLECT { MATCH (i)-[:ABOUT]->(c:Interest) RETURN c.id } AS interests",
    columns="id name description interests",
)
EVENTS = statement(
    "UNWIND $rows AS id OPTIONAL MATCH (u:User)-[e:INTERACTED {id: id}]->(i:Item) "
    "RETURN id, u.id AS user, i.id AS item, e.kind AS kind, "
    "COLLECT { MATCH (p:Place {id: e.cell}) RETURN p.name }[0] AS place",
    columns="id user item kind place",
)
Row = dict[str, Any]


def marked(hostile: Hostile, number: int, *, huge: bool = False) -> str:
    """Return a hostile text that no other one equals, the number before or behind it."""
    text = hostile.text(huge=huge)
    return f"{number}{text}" if number % 2 else f"{text}{number}"


def items(client: Client, folder: Path, hostile: Hostile, number: int, outcome: Outcome) -> None:
    """Load items whose columns are all hostile; compare what is stored with what was given."""
    del folder
    names = ("name", "description", "category", "tags")
    for start in range(0, number, BATCH):
        rows = [
            {"item_id": marked(hostile, n, huge=n % 50 == 0)}
            | {name: hostile.some(huge=True) for name in names}
            for n in range(start, min(start + BATCH, number))
        ]
        _load(client, loading.ITEMS, rows, outcome)


def _load(
    client: Client, table: loading.Table, rows: Sequence[Mapping[str, str]], outcome: Outcome
) -> None:
    """Load rows and compare; whatever the checks of rows let through has to be stored so."""
    good: dict[str, Row] = {}
    for row in rows:
        texts = as_texts(row)
        try:
            made = (
                validate.item(texts)
                if table is loading.ITEMS
                else validate.event(texts, OPTIONS, latest(datetime.now(UTC)))
            )
            good[made["id"]] = made
        except RowError as problem:
            outcome.refused(problem.reason, row)
    loaded = loading.load_rows(client.graph, table, rows, OPTIONS)
    for rejection in loaded.rejections:
        if len(str(rejection)) > 2_000:
            outcome.fault(f"a rejection of {len(str(rejection)):,} signs", rejection.row)
    if loaded.loaded != len(good):
        outcome.fault(f"{loaded.loaded} of {len(good)} rows were loaded", loaded.complaints())
    compare = _same_item if table is loading.ITEMS else _same_event
    query = ITEMS if table is loading.ITEMS else EVENTS
    for found in client.graph.read(query, {"rows": list(good)}):
        outcome.counts["stored"] += 1
        if not compare(good[found["id"]], found):
            outcome.fault("stored otherwise", (good[found["id"]], found))


def _same_item(made: Row, found: Row) -> bool:
    return (
        found["name"] == made["properties"]["name"]
        and found["description"] == made["properties"]["description"]
        and sorted(found["interests"]) == sorted(set(made["interests"] or ()))
    )


def _same_event(made: Row, found: Row) -> bool:
    return all(found[name] == made.get(name) for name in ("user", "item", "kind", "place"))


def event(hostile: Hostile, number: int) -> Row:
    """Return an event whose texts are all hostile, and sometimes its moment."""
    moment = "2026-03-02T08:00:00Z" if number % 10 else hostile.text(huge=False)
    return {
        "user_id": hostile.some(huge=True),
        "item_id": hostile.some(),
        "timestamp": moment,
        "kind": hostile.some(),
        "place": hostile.some(),
        "event_id": marked(hostile, number),
    }


def events(client: Client, folder: Path, hostile: Hostile, number: int, outcome: Outcome) -> None:
    """Load events whose columns are all hostile."""
    del folder
    for start in range(0, number, BATCH):
        rows = [event(hostile, n) for n in range(start, min(start + BATCH, number))]
        _load(client, loading.EVENTS, rows, outcome)


def records(client: Client, folder: Path, hostile: Hostile, number: int, outcome: Outcome) -> None:
    """Record events one by one, as a client of the text of `events.record` does."""
    del folder
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    for n in range(number):
        given: Row = {
            "user": hostile.some(huge=True), "item": hostile.some(),
            "kind": hostile.some(), "place": hostile.some(),
            "id": marked(hostile, n),
        }  # fmt: skip
        try:
            done = client.record(**given, at=at, create=True)
        except ChronotopeError as problem:
            outcome.refused(problem, given)
            continue
        outcome.counts["stored"] += 1
        (found,) = client.graph.read(EVENTS, {"rows": [done.id]})
        if done.fate == "recorded" and not _same_event(given, found):
            outcome.fault("stored otherwise", (given, found))


def stream(client: Client, folder: Path, hostile: Hostile, number: int, outcome: Outcome) -> None:
    """Follow a file of messages: events whose texts are hostile, and hostile lines."""
    path, lines = folder / "stream.ndjson", []
    for n in range(number):
        if n % 3 == 0:
            line = hostile.text().encode("utf-8", "surrogatepass").replace(b"\n", b" ")
        else:
            row = event(hostile, 10_000_000 + n)
            line = json.dumps(row, ensure_ascii=n % 2 == 0).encode("utf-8", "surrogatepass")
        lines.append(line)
    path.write_bytes(b"\n".join(lines) + b"\n")
    over = threading.Event()
    done = client.follow(
        str(path),
        OPTIONS,
        loading.Watch(interrupted=over.is_set),
        on_status=lambda status: over.set() if not status.lag else None,
    )
    outcome.counts["refused"] += done.rejected
    outcome.counts["stored"] += done.messages - done.rejected
    if done.messages != len([line for line in lines if line.strip()]):
        outcome.fault(f"{done.messages} of {len(lines)} messages were read", done)
    os.unlink(path)


def searches(client: Client, folder: Path, hostile: Hostile, number: int, outcome: Outcome) -> None:
    """Search by id and words, users by their id's beginning, and interests by name."""
    del folder
    asks = (
        lambda text: client.find_items(text, k=5),
        lambda text: client.find_users(text, k=5),
        lambda text: client.run("search.find_items", words=_lucene(text), k=5),
        lambda text: client.run("search.find_interest", interest=text),
    )
    for n, text in enumerate(hostile.texts(number, huge=number > 100)):
        _ask(asks[n % len(asks)], text, outcome)


def _lucene(text: str) -> str:
    from chronotope.language.question import lucene

    return lucene(text)


def _ask(ask: Any, text: str, outcome: Outcome) -> None:
    try:
        ask(text)
    except ChronotopeError as problem:
        outcome.refused(problem, text)
    else:
        outcome.counts["answered"] += 1


def parameters(
    client: Client, folder: Path, hostile: Hostile, number: int, outcome: Outcome
) -> None:
    """Give queries of the catalogue hostile parameters; what reads hostile ones reads nothing."""
    del folder
    asks = (
        lambda text: client.query("user.describe_history", {"user": text}),
        lambda text: client.query("search.find_place", {"name": text, "words": _lucene(text)}),
        lambda text: client.query("embed.read_users", {"users": [text]}),
        lambda text: client.query("user.describe_history", {text: text}),
        lambda text: client.query(text, {}),
    )
    for n, text in enumerate(hostile.texts(number, huge=number > 100)):
        _ask(asks[n % len(asks)], text, outcome)


def statements(
    client: Client, folder: Path, hostile: Hostile, number: int, outcome: Outcome
) -> None:
    """Run files that are hostile texts as queries: nothing that writes runs without `write`."""
    from chronotope import read_query

    path = folder / "mine.cypher"
    for text in hostile.texts(number, huge=False):
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        _ask(lambda _: client.query(read_query(path), timeout=5), text, outcome)
    path.unlink(missing_ok=True)


DOORS = (
    Door("items: ids, names, texts, interests", 24_000, items),
    Door("events: ids, kinds, places, moments", 24_000, events),
    Door("record: one by one", 100, records),
    Door("follow: messages of a stream", 12_000, stream),
    Door("searches: Lucene, beginnings, interests", 3_000, searches),
    Door("parameters and names of queries", 2_500, parameters),
    Door("files of Cypher for `query run`", 1_000, statements),
)
