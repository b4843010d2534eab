"""`chronotope mcp` where no graph is needed: tools, refusals, and what goes to stdout."""

import asyncio
import json
import os
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import world

from chronotope import catalogue
from chronotope.cli.main import main
from chronotope.client import Client
from chronotope.config import Connection

mcp = pytest.importorskip("mcp")
stdio = pytest.importorskip("mcp.client.stdio")

READS = ["recommend", "discover", "explain", "search", "tags", "audience", "query_list"]
NOBODY = "bolt://127.0.0.1:9"

Session = Any
"""A client of the SDK."""


def no_graph() -> Connection:
    pytest.fail("A graph was opened.")


def ask(work: Callable[[Session], Awaitable[Any]], **options: Any) -> Any:
    """Let the SDK's client work with a server in this process that opens no graph."""
    from chronotope.integrations.mcp import make

    async def talk() -> Any:
        async with mcp.Client(make(Client.open_later(no_graph), **options)) as session:
            return await work(session)

    return asyncio.run(talk())


def call(tool: str, /, **arguments: Any) -> Any:
    async def work(session: Session) -> Any:
        result = await session.call_tool(tool, arguments)
        return result.content[0].text if result.is_error else result.structured_content

    return ask(work)


def parameters(tmp_path: Path) -> Any:
    command, *arguments = world.PROCESS
    environment = {**os.environ, "NEO4J_URI": NOBODY, "CHRONOTOPE_HOME": str(tmp_path)}
    return stdio.StdioServerParameters(command=command, args=[*arguments, "mcp"], env=environment)


def test_tools_say_whether_they_write() -> None:
    async def listed(session: Session) -> dict[str, bool]:
        tools = (await session.list_tools()).tools
        assert all(tool.description for tool in tools)
        return {tool.name: tool.annotations.read_only_hint for tool in tools}

    assert ask(listed) == dict.fromkeys(READS, True)
    writing = {**dict.fromkeys(READS, True), "record": False, "decline": False}
    assert ask(listed, write=True) == writing


def test_the_queries_are_listed_and_told_one_by_one() -> None:
    listed = call("query_list")["queries"]
    assert [one["name"] for one in listed] == [
        query.name for query in catalogue.load().values() if query.public
    ]
    one = call("query_list", name="profile.tags")
    assert [parameter["name"] for parameter in one["parameters"]] == [
        parameter.name for parameter in catalogue.get("profile.tags").parameters
    ]


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("recommend", {"k": 21}, "The tool recommend cannot take k: input should be less than"),
        ("recommend", {"users": "ann"}, "The tool recommend has no parameter 'users'; it takes: "),
        ("recommend", {"user": "ann", "latitude": 45}, "give both, or none."),
        ("recommend", {"user": "ann", "at": "noon"}, "The tool recommend cannot take at: "),
        ("search", {"text": ""}, "The tool search cannot take text: "),
        ("search", {}, "The tool search cannot take text: field required."),
        ("query_list", {"name": "recommend.all"}, "There is no query 'recommend.all'"),
        ("record", {"user": "ann", "item": "gym"}, "There is no tool 'record'; there are: reco"),
    ],
)
def test_what_a_tool_does_not_take_is_a_sentence(
    tool: str, arguments: dict[str, Any], said: str
) -> None:
    told = call(tool, **arguments)
    assert isinstance(told, str)
    assert said in told
    assert "Error executing tool" not in told


def test_nothing_but_the_protocol_goes_to_stdout(tmp_path: Path) -> None:
    hello = {
        "jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {},
                   "clientInfo": {"name": "a test", "version": "1"}},
    }  # fmt: skip
    process = subprocess.Popen(
        [*world.PROCESS, "mcp"],
        env={**os.environ, "NEO4J_URI": NOBODY, "CHRONOTOPE_HOME": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(hello) + "\nno JSON at all\n")
    process.stdin.flush()
    answer = json.loads(process.stdout.readline())
    rest, errors = process.communicate(timeout=30)  # the end of its input ends it
    assert answer["result"]["serverInfo"]["name"] == "chronotope"
    assert all(json.loads(line)["jsonrpc"] == "2.0" for line in rest.splitlines())
    assert process.returncode == 0, errors


def test_without_the_extra_the_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("chronotope.cli.mcp.find_spec", lambda name: None)
    assert main(["mcp"]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "pip install 'chronotope[mcp]'" in shown.err


def test_a_server_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    async def talk() -> Any:
        async with mcp.Client(parameters(tmp_path)) as session:
            return await session.call_tool("tags", {"user": "ann"})

    result = asyncio.run(talk())
    assert result.is_error
    assert result.content[0].text.startswith(f"No Neo4j server answers at {NOBODY} (")
