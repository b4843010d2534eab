"""`chronotope mcp` by the official client: over stdio, small, in time, and only reading."""

import asyncio
import json
import os
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import world

from chronotope import catalogue
from chronotope.client import Client
from chronotope.config import Connection
from chronotope.graph import Graph

mcp = pytest.importorskip("mcp")
stdio = pytest.importorskip("mcp.client.stdio")

AT = world.CUT.isoformat()
READS = ["recommend", "discover", "explain", "search", "tags", "audience", "query_list"]

Session = Any
"""A client of the SDK."""


@pytest.fixture
def client(embedded: Graph) -> Client:
    return Client(embedded.driver, embedded.connection.database)


def ask(client: Client, work: Callable[[Session], Awaitable[Any]], **options: Any) -> Any:
    """Let the SDK's client work with the server in this process."""
    from chronotope.integrations.mcp import make

    async def talk() -> Any:
        async with mcp.Client(make(client, **options)) as session:
            return await work(session)

    return asyncio.run(talk())


def call(client: Client, tool: str, /, **arguments: Any) -> Any:
    """Return what a tool answers, however slow the machine; of an error, its sentence."""

    async def work(session: Session) -> Any:
        result = await session.call_tool(tool, arguments)
        text = result.content[0].text
        if result.is_error:
            return text
        assert json.loads(text) == result.structured_content
        assert len(text) < 8000
        return result.structured_content

    return ask(client, work, seconds=300)


def environment(connection: Connection, home: str) -> dict[str, str]:
    return {
        **os.environ,
        "NEO4J_URI": connection.uri,
        "NEO4J_USERNAME": connection.username,
        "NEO4J_PASSWORD": connection.password,
        "NEO4J_DATABASE": connection.database or "",
        "CHRONOTOPE_HOME": home,
    }


def test_a_real_client_asks_over_stdio(
    embedded: Graph, tmp_path: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    command, *arguments = world.PROCESS
    server = stdio.StdioServerParameters(
        command=command,
        args=[*arguments, "mcp"],
        env=environment(embedded.connection, str(tmp_path)),
    )

    async def talk() -> tuple[list[str], Any, Any]:
        async with mcp.Client(server) as session:
            listed = await session.list_tools()
            found = await session.call_tool("recommend", {"user": "ann", "at": AT, "k": 2})
            wrong = await session.call_tool("tags", {"user": "anne", "at": AT})
            return [tool.name for tool in listed.tools], found, wrong

    names, found, wrong = asyncio.run(talk())
    assert names == READS
    client = Client(embedded.driver, embedded.connection.database)
    expected = client.recommend("ann", at=world.CUT, k=2)
    assert [item["id"] for item in found.structured_content["items"]] == [
        item.id for item in expected
    ]
    assert wrong.is_error
    assert wrong.content[0].text == "The graph has no user 'anne'. Did you mean 'ann'?"
    assert capfd.readouterr().err == ""  # the server's, too


def test_recommendations_come_with_reasons_and_without_vectors(client: Client) -> None:
    told = call(client, "discover", user="ann", at=AT, latitude=45.001, longitude=13.0, k=3)
    expected = client.discover("ann", at=world.CUT, here=(45.001, 13.0), k=3)
    assert [(item["id"], item["score"]) for item in told["items"]] == [
        (item.id, round(item.score, 4)) for item in expected
    ]
    first = told["items"][0]
    assert first["reasons"] == expected[0].reasons()
    assert set(first) == {"id", "name", "category", "location", "score", "distance", "reasons"}
    assert (told["user"], told["known"], told["question"]) == ("ann", True, "discover")
    goods = call(client, "discover", user="ann", at=AT, only="goods")
    assert [item["id"] for item in goods["items"]] == ["tea"]
    liked = call(client, "discover", likes="coffee and cake", at=AT, interests=["Coffee Shop"])
    assert {item["id"] for item in liked["items"]} == {"cafe-a", "cafe-b", "fresh"}


def test_the_other_tools_answer_as_the_client_does(client: Client) -> None:
    why = call(client, "explain", user="ann", item="gym", at=AT)
    expected = client.explain("ann", "gym", at=world.CUT)
    assert why["sentences"] == expected.sentences()
    assert (why["rank"], why["recommended"]) == (expected.rank, expected.recommended)
    assert len(why["terms"]) <= 6
    found = call(client, "search", text="lifting weights", user="ann", at=AT, k=2)
    assert (found["items"][0]["id"], len(found["items"])) == ("gym", 2)
    tags = call(client, "tags", user="ann", at=AT, scheme="category")["tags"]
    assert [tag["name"] for tag in tags] == [
        tag.name for tag in client.tags("ann", at=world.CUT, scheme="category")
    ]
    assert not {"evidence", "hours", "weekdays"} & set(tags[0])
    few = call(client, "audience", interests=["Coffee Shop"], at=AT)
    assert few["users"] == []
    assert few["remarks"] == ["Fewer than 5 users fit; nothing is told of them."]


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("recommend", {"user": "ann", "at": "2026-03-02T00:00:00"}, "without an offset"),
        ("search", {"text": "tea", "interest": "Te"}, "There is no interest 'Te'."),
        ("explain", {"user": "ann", "item": "gim"}, "The graph has no item 'gim'."),
        ("audience", {}, "Say whom to find: by a text, or by interests."),
    ],
)
def test_errors_are_sentences(
    client: Client, tool: str, arguments: dict[str, Any], said: str
) -> None:
    told = call(client, tool, **arguments)
    assert isinstance(told, str)
    assert said in told
    assert "Error executing tool" not in told


def test_tools_that_read_run_nothing_that_writes(client: Client, ran: Counter[str]) -> None:
    before = Counter(ran)
    for tool, given in (
        ("recommend", {"user": "ann"}), ("discover", {"user": "ann"}), ("tags", {"user": "ann"}),
        ("explain", {"user": "ann", "item": "gym"}), ("search", {"text": "tea", "user": "ann"}),
        ("audience", {"text": "coffee"}),
    ):  # fmt: skip
        assert isinstance(call(client, tool, at=AT, **given), dict), tool
    modes = {catalogue.get(name).mode for name in ran - before}
    assert modes == {"read"}


def test_writing_is_for_those_who_ask_for_it(client: Client, embedded: Graph) -> None:
    world.spoil(embedded)

    async def work(session: Session) -> list[Any]:
        given = {"user": "ann", "item": "bar", "at": AT}
        calls = [("record", given), ("record", given), ("decline", {**given, "item": "museum"})]
        answers = [await session.call_tool(tool, arguments) for tool, arguments in calls]
        unknown = await session.call_tool("record", {**given, "item": "no such"})
        return [answer.structured_content["fate"] for answer in [*answers, unknown]]

    assert ask(client, work, write=True) == ["recorded", "known", "declined", "unknown item"]


def test_a_call_that_takes_too_long_is_ended(client: Client) -> None:
    async def work(session: Session) -> Any:
        return await session.call_tool("explain", {"user": "ann", "item": "gym", "at": AT})

    began = time.monotonic()
    result = ask(client, work, seconds=0.05)
    assert time.monotonic() - began < 10
    assert result.is_error
    assert result.content[0].text == (
        "The tool explain was not done in 0.05 s. Ask again, or for less; `chronotope mcp "
        "--seconds` allows more."
    )
