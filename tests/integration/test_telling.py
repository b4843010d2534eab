"""What the client and the command line tell of what goes on, on the town."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import world

from chronotope import loading
from chronotope.client import Client
from chronotope.config import Connection
from chronotope.errors import InputError
from chronotope.graph import Graph

AT = ("--at", world.CUT.isoformat())


@pytest.fixture
def burst(migrated: Graph, tmp_path: Path) -> Graph:
    """Open the town on an evening when twelve people come to the bar."""

    def build(graph: Graph) -> None:
        world.load(graph, tmp_path)
        loading.load_rows(
            graph,
            loading.EVENTS,
            [
                {"user_id": f"u{number}", "item_id": "bar",
                 "timestamp": (world.CUT - timedelta(hours=1)).isoformat()}
                for number in range(12)
            ],
        )  # fmt: skip

    return world.play(migrated, "burst", build)


@pytest.fixture
def client(connection: Connection) -> Iterator[Client]:
    with Client.open(connection) as client:
        yield client


def test_what_is_trending_is_told_with_what_was_to_be_expected(
    burst: Graph, client: Client
) -> None:
    del burst
    found = client.trending(at=world.CUT, here=(45.002, 13.002), within=100, interest="Nightlife")
    assert [(item.id, item.events, item.users, item.weeks) for item in found] == [
        ("bar", 12, 12, 3)
    ]
    assert found[0].observed > 10 > 1 > found[0].expected
    assert found[0].surprise > 3
    assert found.remarks == ()
    assert found.request == {
        "hours": 24,
        "here": (45.002, 13.002),
        "within": 100,
        "interest": "Nightlife",
        "k": 20,
    }


def test_what_is_usual_is_told_by_few_weeks_where_there_are_no_more(
    burst: Graph, client: Client
) -> None:
    del burst
    early = client.trending(at=world.CUT, hours=168)
    assert early.remarks == (
        "What is usual is told by 2 earlier weeks alone, and by the mean of all items.",
    )


def test_nothing_trending_is_said(burst: Graph, client: Client) -> None:
    del burst
    none = client.trending(at=world.CUT, only="goods", hours=6)
    assert len(none) == 0
    (remark,) = none.remarks
    assert remark.startswith("Nothing had many more events in the last 6 hours, by two people")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"within": 100.0}, "'within' needs a place"),
        ({"place": "Harbor"}, "There is no place 'Harbor'"),
        ({"interest": "Tee"}, "There is no interest 'Tee'"),
        ({"only": "place"}, "only has to be 'places' or 'goods'"),
        ({"hours": 169}, "no more than a week"),
        ({"k": 0}, "k is how many"),
    ],
)
def test_what_cannot_trend_is_refused(
    burst: Graph, client: Client, given: dict[str, object], sentence: str
) -> None:
    del burst
    with pytest.raises(InputError, match=sentence):
        client.trending(at=world.CUT, **given)  # type: ignore[arg-type]


def test_the_command_shows_observed_expected_and_surprise(burst: Graph, run: world.Run) -> None:
    del burst
    shown = run("trending", *AT, "--last", "12")
    assert shown.returncode == 0
    headings, row = shown.stdout.splitlines()
    assert headings.split() == [
        "what", "category", "observed", "expected", "surprise", "events", "users",
    ]  # fmt: skip
    assert "Last Lamp" in row
    told = json.loads(run("trending", *AT, "--last", "12", "--json").stdout)
    assert told["trending"][0]["id"] == "bar"
    assert told["request"]["hours"] == 12
