"""`chronotope explore` in a process of its own, on the town."""

import json
import os
import re
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import world

from chronotope.config import Connection
from chronotope.graph import Graph

pytest.importorskip("uvicorn", reason="needs the extra pages")

QUESTION = {"user": "ann", "at": "2026-03-02T08:00+01:00", "task": "discover"}
EVENT = {**QUESTION, "item": "museum", "kind": "visit"}
EVENTS = "MATCH ()-[e:INTERACTED]->() RETURN count(e) AS events"


@pytest.fixture
def served(
    town: Graph, connection: Connection, tmp_path: Path
) -> Iterator["subprocess.Popen[str]"]:
    """Start the command for the town; it is gone at the end."""
    del town
    environment = {
        "NEO4J_URI": connection.uri,
        "NEO4J_USERNAME": connection.username,
        "NEO4J_PASSWORD": connection.password,
        "NEO4J_DATABASE": connection.database or "",
        "CHRONOTOPE_HOME": str(tmp_path),
    }
    command = [*world.PROCESS, "explore", "--no-browser", "--min-users", "2"]
    with subprocess.Popen(
        command, env=os.environ | environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        yield process
        process.kill()


class Browser:
    """Keeps cookies, and asks as the page does."""

    def __init__(self, link: str) -> None:
        self.origin = link.partition("/?")[0]
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self._opener = urllib.request.build_opener(cookies)
        with self._opener.open(link) as page:
            assert page.url == f"{self.origin}/"  # the token is gone
            assert "<title>chronotope</title>" in page.read().decode()

    def ask(self, what: str, **given: Any) -> Any:
        with self._opener.open(f"{self.origin}/ask/{what}?{urlencode(given)}") as answer:
            return json.load(answer)

    def tell(self, what: str, given: Any) -> Any:
        request = urllib.request.Request(  # noqa: S310  it is ours
            f"{self.origin}/ask/{what}", json.dumps(given).encode(), {"Origin": self.origin}
        )
        with self._opener.open(request) as answer:
            return json.load(answer)


def test_the_page_answers_of_the_graph_until_it_is_interrupted(
    served: "subprocess.Popen[str]", town: Graph
) -> None:
    assert served.stdout is not None
    told = re.fullmatch(
        r"Open (http://127\.0\.0\.1:\d+/\?token=[\w-]{43})\n", served.stdout.readline()
    )
    assert told is not None
    browser = Browser(told[1])
    with pytest.raises(urllib.error.HTTPError, match="403"):
        Browser(told[1])
    start = browser.ask("start")
    assert (start["at"], start["zone"]) == ("2026-03-15T10:01", "Europe/Rome")
    assert browser.ask("users", begins="a") == {"users": ["ann"], "more": False}
    city = browser.ask("city", at=start["at"])
    counts = {hour for cell in city["cells"] for hour in cell["people"]}
    assert 2 in counts
    assert 1 not in counts  # of one person nothing is told
    assert browser.ask("user", **QUESTION)["places"][0]["name"] == "Café A"
    best = browser.ask("recommend", **QUESTION)["items"]
    assert "museum" in [item["id"] for item in best]
    why = browser.ask("explain", **QUESTION, item="cafe-a")
    assert not why["recommended"]
    assert any("Café A" in sentence for sentence in why["sentences"])
    tried = browser.tell("what_if", EVENT)
    assert "museum" not in [item["id"] for item in tried["after"]]
    with pytest.raises(urllib.error.HTTPError, match="400"):
        browser.tell("record", EVENT)
    assert world.rows(town, EVENTS, "events") == [(23,)]
    served.send_signal(signal.SIGINT)
    out, err = served.communicate(timeout=60)
    assert served.returncode == 0
    assert out == ""
    assert err.splitlines()[-1] == "The page is closed."
    assert "token" not in err


def test_a_server_that_does_not_answer_and_a_taken_port_are_sentences(
    town: Graph, run: world.Run
) -> None:
    port = town.uri.rpartition(":")[2]
    done = run("explore", "--no-browser", "--port", port)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"Error: Port {port} is taken by another program; leave --port out for a free one.\n"
    )
    done = run("--uri", "bolt://127.0.0.1:9", "explore", "--no-browser")
    assert done.returncode == 3
    assert "No Neo4j server answers at bolt://127.0.0.1:9" in done.stderr
