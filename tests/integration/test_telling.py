"""What the client and the command line tell of what goes on, on the town."""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import world
from neo4j.spatial import WGS84Point

from chronotope import fusion, loading
from chronotope.client import Client
from chronotope.config import Connection
from chronotope.errors import InputError
from chronotope.graph import Graph

AT = ("--at", world.CUT.isoformat())
GYM = (45.004, 13.001)


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
        "minUsers": 5,
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
    assert remark.startswith("Nothing had many more events in the last 6 hours, by 5 people")


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
    few = run("trending", *AT, "--last", "12", "--min-users", "13")
    assert (few.stdout, few.returncode) == ("", 0)
    assert "by 13 people or more" in few.stderr


def test_what_is_recommended_is_explained_to_the_digit(embedded: Graph, client: Client) -> None:
    del embedded
    best = client.discover("ann", at=world.CUT, k=3)
    told = client.explain("ann", best[0].id, at=world.CUT, k=3)
    assert (told.rank, told.recommended, told.exclusions) == (1, True, ())
    assert told.score == pytest.approx(best[0].score, abs=1e-9)
    assert told.base + sum(term.share for term in told.terms) == pytest.approx(told.score, abs=1e-9)
    assert {term.feature for term in told.terms} == set(best[0].features)
    assert told.last is not None
    assert told.last["id"] == best[2].id
    assert told.sentences()[0] == (
        f"{best[0].name} is number 1 of 3, with a score of {best[0].score:.2f}."
    )


def test_a_weight_times_how_unusual_a_value_is_gives_the_share(
    embedded: Graph, client: Client
) -> None:
    told = client.explain("ann", "gym", at=world.CUT)
    model = fusion.in_use(embedded, "discover")
    assert model is not None
    means, scales, _ = model.numbers_of([term.feature for term in told.terms])
    weighed = [
        (term.weight * (term.value - mean) / scale, term.share)
        for term, mean, scale in zip(told.terms, means, scales, strict=True)
        if term.weight is not None and term.value is not None
    ]
    assert len(weighed) > 10
    assert all(product == pytest.approx(share, abs=1e-9) for product, share in weighed)
    assert all(term.share == 0 for term in told.terms if term.weight is None)


def test_why_not_is_the_same_question(embedded: Graph, client: Client) -> None:
    del embedded
    first, second = client.discover("ann", at=world.CUT, k=2)
    told = client.explain("ann", second.id, at=world.CUT, k=1)
    assert (told.rank, told.recommended, told.exclusions) == (2, False, ())
    assert told.last is not None
    assert told.last["id"] == first.id
    assert told.last["score"] == pytest.approx(first.score, abs=1e-9)
    shares = [
        {term.feature: term.share for term in item.terms or ()}
        for item in client.discover("ann", at=world.CUT, k=2, terms=99)
    ]
    lost = {name: shares[1][name] - share for name, share in shares[0].items()}
    expected = sorted(lost.items(), key=lambda entry: entry[1])[:3]
    assert [cause.feature for cause in told.apart] == [name for name, _ in expected]
    differences = [cause.difference for cause in told.apart]
    assert differences == pytest.approx([difference for _, difference in expected], abs=1e-9)


def test_what_leaves_an_item_out_is_told_with_the_rank_it_would_have(
    embedded: Graph, client: Client
) -> None:
    world.spoil(embedded)
    had = client.explain("ann", "cafe-a", at=world.CUT)
    assert [(fact["reason"], fact["count"]) for fact in had.exclusions] == [("had", 4)]
    assert had.rank is not None
    assert had.sentences()[0].startswith("Café A is left out: you were there 4 times. Else it")
    change = (
        "MATCH (ann:User {id: 'ann'}), (bar:Item {id: 'bar'}), (i {id: 'category:Sports'}) "
        "SET bar.active = false CREATE (ann)-[:DECLINED {id: 'd', at: $at, kind: 'hide'}]->(bar), "
        "(ann)-[:DECLINED {id: 'e', at: $at, kind: 'hide'}]->(i), (ann)-[:SHOWN {times: [$at], "
        "models: ['']}]->(bar)"
    )
    early = world.CUT - timedelta(days=2)
    embedded.write(world.query(change, mode="write", params="at"), {"at": early})
    bar = client.explain("ann", "bar", at=world.CUT, only="goods")
    assert [(fact["reason"], fact["excludes"]) for fact in bar.exclusions] == [
        ("inactive", True), ("kind", True), ("declined", True), ("shown", False),
    ]  # fmt: skip
    gym = client.explain("ann", "gym", at=world.CUT)
    assert [fact["reason"] for fact in gym.exclusions] == ["declinedInterest"]
    assert gym.exclusions[0]["name"] == "Sports"


def test_what_would_change_it_is_the_same_query_asked_again(
    embedded: Graph, client: Client
) -> None:
    def score(**more: Any) -> float:
        given = {"user": "ann", "items": ["gym"], "at": world.CUT, **more}
        return float(embedded.read("recommend.discover", given)[0]["score"])

    told = client.explain("ann", "gym", at=world.CUT)
    hour, here, before = told.changes
    assert told.at.utcoffset() == timedelta(hours=1)  # where ann's hours are counted
    local = told.at.replace(hour=18)
    assert told.by_hour[18] == pytest.approx(score(at=local), abs=1e-9)
    assert hour.what == "hour"
    assert hour.score == pytest.approx(max(told.by_hour), abs=1e-9)
    assert (here.what, here.here) == ("here", GYM)
    assert here.score == pytest.approx(score(here=WGS84Point((13.001, 45.004))), abs=1e-9)
    last = datetime.fromisoformat("2026-02-23T08:00:00+01:00")
    assert (before.what, before.at) == ("withoutLast", last)
    assert before.event is not None
    assert before.event["id"] == "cafe-a"
    assert before.score == pytest.approx(score(at=last), abs=1e-9)


def test_the_paths_are_data_and_name_nobody(embedded: Graph, client: Client) -> None:
    del embedded
    told = client.explain("ann", "gym", at=world.CUT, here=(45.0, 13.0))
    paths = told.to_dict()["paths"]
    assert [way["id"] for way in paths["coVisits"]] == ["cafe-a", "park"]
    assert [place["id"] for place in paths["distances"]] == [None, "park", "cafe-a"]
    assert [step["name"] for step in paths["interests"][0]["chain"]] == ["Gym", "Sports"]
    assert sum(paths["hours"]["hours"]) == 2
    assert paths["similar"]["users"] == 2
    assert not {"bob", "cid", "dee"} & set(
        re.findall(r"\w+", json.dumps(told.to_dict(), default=str))
    )


@pytest.mark.parametrize("task", ["next", "discover", "new_items"])
def test_every_task_and_a_stranger_are_explained(
    embedded: Graph, client: Client, task: str
) -> None:
    del embedded
    told = client.explain("nobody", "fresh", at=world.CUT, task=task)
    assert (told.known, told.task, told.id) == (False, task, "fresh")
    assert told.base + sum(term.share for term in told.terms) == pytest.approx(told.score, abs=1e-9)
    assert told.paths.co_visits == ()
    assert "this is for a stranger" in told.remarks[0]
    assert [change.what for change in told.changes] == ["hour", "here"]


def test_a_good_was_had(embedded: Graph, client: Client) -> None:
    del embedded
    told = client.explain("dee", "tea", at=world.CUT)
    assert told.sentences()[0].startswith("铁观音乌龙茶 is left out: you had 2 times")
    assert "您有过2次" in told.sentences("zh")[0]
    assert [change.what for change in told.changes] == ["hour", "withoutLast"]


def test_what_cannot_be_explained_is_refused(embedded: Graph, client: Client) -> None:
    del embedded
    with pytest.raises(InputError, match=r"has no item 'cafe-x'\. Did you mean 'cafe-a'"):
        client.explain("ann", "cafe-x")
    with pytest.raises(InputError, match="task is 'next' or 'discover' or 'new_items'"):
        client.explain("ann", "gym", task="new")


def test_the_command_shows_a_short_page(embedded: Graph, run: world.Run) -> None:
    del embedded
    shown = run("explain", "ann", "gym", *AT)
    assert shown.returncode == 0, shown.stderr
    assert "Iron Gym is number" in shown.stdout
    assert "Café A → with 2 people → Iron Gym" in shown.stdout
    assert "Gym (0) → Sports (0)" in shown.stdout
    assert "of the last" in shown.stdout
    chinese = run("explain", "ann", "cafe-a", *AT, "--language", "zh").stdout
    assert "Café A未被推荐：您去过4次。" in chinese
    told = json.loads(run("explain", "ann", "gym", *AT, "--json").stdout)
    assert len(told["byHour"]) == 24
    assert {"rank", "score", "terms", "apart", "exclusions", "paths", "changes"} <= set(told)


def test_the_question_that_fits_the_data_is_asked_and_it_is_said_why(
    town: Graph, client: Client, run: world.Run
) -> None:
    world.spoil(town)
    assert client.suggest("ann", at=world.CUT) == client.recommend("ann", at=world.CUT)
    share = "MATCH (d:Derivation {name: 'statistics'}) SET d.repeatShare = 0.012"
    world.execute(town, share)
    found = client.suggest("ann", at=world.CUT, k=3)
    assert (found.request["task"], found.rows) == (
        "discover", client.discover("ann", at=world.CUT, k=3).rows,
    )  # fmt: skip
    assert found.remarks[0] == (
        "Asked for what is new (discover), because only 1.2% of the events that could return to an "
        "item that their user had do so. For known ones too: chronotope recommend --next"
    )
    assert client.suggest("ann", at=world.CUT, model="next").request["task"] == "next"
    for options, task in (((), "discover"), (("--next",), "next"), (("--discover",), "discover")):
        done = run("recommend", "ann", *options, *AT, "--json")
        assert json.loads(done.stdout)["request"]["task"] == task
        assert ("Asked for what is new" in done.stderr) is (not options)
    assert run("recommend", "ann", "--next", "--discover").returncode == 1
