"""What an audience of a village is worth: whom it reaches after a moment."""

import json
import math
from datetime import UTC, datetime
from typing import Any

import pytest
import village
import world

from chronotope.client import AudienceEvaluation, Client
from chronotope.errors import InputError
from chronotope.graph import Graph

CUT = datetime(2026, 2, 14, tzinfo=UTC)


@pytest.fixture
def client(migrated: Graph) -> Client:
    graph = world.play(migrated, "village", village.load)
    return Client(graph.driver, graph.connection.database)


def evaluate(client: Client, **more: Any) -> AudienceEvaluation:
    given = {"interests": [village.EVENING], "cut": CUT, "min_size": 1, **more}
    return client.evaluate_audience(**given)


def test_visits_count_what_fits_in_a_span(client: Client) -> None:
    rows = client.run(
        "audience.read_visits", interests=["category:Nightlife"], until=CUT, days=10.0
    )
    assert [(row["id"], row["events"]) for row in rows] == [
        (user, 2) for user in village.CIRCLES["bar"]
    ]
    ages = [(CUT - datetime(2026, 2, day, 22, tzinfo=UTC)).total_seconds() for day in (6, 13)]
    recent = sum(math.exp(-age / 86400 / 10) for age in ages)
    assert rows[0]["recent"] == pytest.approx(recent)
    later = client.run(
        "audience.read_visits", interests=[village.EVENING], since=CUT, until=village.AT
    )
    assert [row["id"] for row in later] == ["ann-5", *village.CIRCLES["bar"]]
    for more in ({"hours": [21]}, {"near": (45.0, 13.0), "within": 500.0}):
        assert not client.run(
            "audience.read_visits", interests=[village.EVENING], until=CUT, **more
        )


def test_an_audience_reaches_its_own_beside_everybody(client: Client) -> None:
    found = evaluate(client)
    assert (found.size, found.known, found.came) == (6, 12, 7)
    assert found.until == datetime(2026, 2, 20, 22, 0, 0, 1000, tzinfo=UTC)
    assert found.base_rate == pytest.approx(7 / 12)
    assert (found[0].users, found[0].reached, found[0].rate) == (6, 6, 1)
    assert found[0].lift is not None
    assert found[0].lift.value == pytest.approx(12 / 7)
    assert found.expected is not None
    assert 0 < found.expected.users <= 6
    assert evaluate(client) == found


def test_hours_places_and_the_end_narrow_what_counts(client: Client) -> None:
    assert evaluate(client, hours=[22], near=(45.2, 13.0)).came == 7
    early = evaluate(client, until=datetime(2026, 2, 20, tzinfo=UTC))
    assert (early.came, early.base_rate, early[0].reached) == (None, None, None)
    both = evaluate(client, min_size=7)
    assert (both.size, both.came, both.expected, list(both)) == (None, 7, None, [])


def test_where_nothing_came_after_the_cut_nothing_can_be_said(client: Client) -> None:
    with pytest.raises(InputError, match="Cut earlier"):
        evaluate(client, cut=village.AT)
    with pytest.raises(InputError, match="before it begins"):
        evaluate(client, until=CUT)


def test_an_audience_says_how_many_are_expected(client: Client) -> None:
    found = client.audience(interests=[village.EVENING], at=CUT, min_size=1)
    assert found.expected is not None
    assert found.expected.days == 7
    # A week earlier the first Friday was known: six came to what six were expected to.
    assert found.expected.before is not None
    assert found.expected.before.came == 6
    assert client.audience(interests=[village.EVENING], at=CUT, min_size=9).expected is None


def test_the_commands_say_so(client: Client, run: world.Run) -> None:
    del client
    cut = ("--interest", "Bar", "--cut", CUT.isoformat())
    told = run("evaluate", "audience", *cut, "--min-size", "1").stdout
    assert "of 12 users who were known 7 did what fits (58.3%)" in told
    assert "1.71" in told
    assert json.loads(run("evaluate", "audience", *cut, "--json").stdout)["came"] == 7
    few = run("evaluate", "audience", *cut, "--min-size", "8", "--overlap", "Café")
    assert few.returncode == 1
    shown = run("audience", "--interest", "Bar", "--at", CUT.isoformat()).stdout
    assert "expected to do what fits within 7 days" in shown
