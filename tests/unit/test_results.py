"""Results: sequences that cannot be changed, their dicts and frames; values in and out."""

import sys
import types
from dataclasses import FrozenInstanceError, dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import neo4j.time
import pytest
import pytz
from neo4j.spatial import CartesianPoint, WGS84Point

from chronotope import catalogue
from chronotope.client import (
    Answer,
    Audience,
    Location,
    Profile,
    Recommendation,
    Recommendations,
    Rows,
    values,
)
from chronotope.errors import InputError

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
ROW = {
    "id": "cafe-a",
    "name": "Café A",
    "category": "Coffee Shop",
    "location": WGS84Point((13.0, 45.0)),
    "score": 1.5,
    "base": 0.25,
    "features": [0.5, None],
    "terms": [
        {"feature": "home", "value": 0.5, "share": 1.0},
        {"feature": "meaning", "value": None, "share": 0.0},
    ],
    "rest": 0.25,
    "because": [{"reason": "near", "id": "park", "name": "Willow Park", "km": 0.3}],
}


def recommendations(*rows: dict[str, Any]) -> Recommendations:
    return Recommendations(
        user="ann",
        known=True,
        at=AT,
        as_of=None,
        partial=False,
        model="discover",
        learned_from="the synthetic worlds",
        request={"task": "discover", "here": Location(45.0, 13.0)},
        remarks=("A remark.",),
        rows=tuple(Recommendation.of_row(row, ("home", "meaning")) for row in rows),
    )


def test_recommendations_say_whose_weights_score() -> None:
    assert recommendations().whose_weights == (
        "learned from the synthetic worlds; chronotope learn discover teaches your own"
    )
    assert replace(recommendations(), learned_from="this graph").whose_weights == (
        "learned from this graph"
    )
    assert replace(recommendations(), learned_from=None).whose_weights is None


def test_a_recommendation_says_what_it_is_and_why() -> None:
    item = recommendations(ROW)[0]
    assert item.location == (45.0, 13.0)
    assert item.location.latitude == 45.0
    assert item.features == {"home": 0.5, "meaning": None}
    assert item.terms is not None
    assert item.rest is not None
    assert item.base + sum(term.share for term in item.terms) + item.rest == item.score
    assert item.reasons() == ["300 m from Willow Park"]
    assert item.reasons("zh") == ["离Willow Park约300米"]
    assert (item.distance(), item.distance("zh")) == ("300 m", "300米")


def test_a_recommendation_without_explanation_has_no_reasons() -> None:
    item = recommendations({**ROW, "terms": None, "because": None, "rest": None})[0]
    assert (item.terms, item.because, item.rest) == (None, None, None)
    assert item.reasons() == []
    assert item.distance() == ""


def test_rows_are_a_sequence_that_cannot_be_changed() -> None:
    answer = recommendations(ROW, {**ROW, "id": "cafe-b"})
    assert len(answer) == 2
    assert [item.id for item in answer] == ["cafe-a", "cafe-b"]
    assert [item.id for item in answer[1:]] == ["cafe-b"]
    assert answer[0] in answer
    with pytest.raises(FrozenInstanceError):
        answer.user = "bob"  # type: ignore[misc]
    with pytest.raises(TypeError):
        answer[0] = answer[1]  # type: ignore[index]
    assert not recommendations()


def test_a_dict_has_the_names_of_the_queries() -> None:
    found = recommendations(ROW).to_dict()
    assert list(found) == [
        "user", "known", "at", "asOf", "partial", "model", "learnedFrom",
        "request", "remarks", "recommendations",
    ]  # fmt: skip
    assert found["at"] == AT
    assert found["remarks"] == ["A remark."]
    item = found["recommendations"][0]
    assert item["location"] == (45.0, 13.0)
    assert item["terms"][1] == {"feature": "meaning", "value": None, "share": 0.0}
    assert item["because"] == ROW["because"]
    assert recommendations(ROW)[0].to_dict() == item


def test_a_profile_has_only_what_was_asked_for() -> None:
    profile = Profile(
        user="ann", known=True, at=AT, language="en", text="", tags=(), rhythm=(), taste=(1.0,)
    )
    assert set(profile.to_dict()) == {
        "user", "known", "at", "language", "text", "tags", "rhythm", "taste", "remarks",
    }  # fmt: skip


class Frame:
    """Takes what a frame of pandas or polars is made of."""

    def __init__(self, data: Any, **options: Any) -> None:
        self.data, self.options = data, options


@pytest.fixture
def packages(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list of packages that are there; the test fills it."""
    there: list[str] = []
    monkeypatch.setattr("chronotope.client.results.find_spec", lambda name: name in there or None)
    for name in ("pandas", "polars"):
        module = types.ModuleType(name)
        module.DataFrame = Frame  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, name, module)
    return there


def test_a_frame_has_a_row_for_each_and_two_columns_for_a_place(packages: list[str]) -> None:
    packages.append("pandas")
    frame = recommendations(ROW, {**ROW, "location": None}).to_frame()
    assert [(row["latitude"], row["longitude"]) for row in frame.data] == [
        (45.0, 13.0),
        (None, None),
    ]
    assert frame.data[0]["score"] == 1.5
    assert frame.options == {}


def test_polars_looks_at_all_rows(packages: list[str]) -> None:
    packages.append("polars")
    assert recommendations(ROW).to_frame().options == {"infer_schema_length": None}


def test_a_frame_without_rows_has_columns(packages: list[str]) -> None:
    packages.append("pandas")
    columns = recommendations().to_frame().data
    assert {"id", "latitude", "longitude", "score", "rest"} <= set(columns)
    assert not any(columns.values())
    assert Answer(query="profile.tags", rows=()).to_frame().data == {}


@pytest.mark.usefixtures("packages")
def test_a_frame_needs_a_package() -> None:
    with pytest.raises(InputError, match="needs pandas or polars"):
        recommendations(ROW).to_frame()


def test_rows_of_other_packages_are_turned_too() -> None:
    @dataclass(frozen=True)
    class Step:
        done_at: datetime

    @dataclass(frozen=True, kw_only=True)
    class Steps(Rows[Step]):
        name = "steps"

    assert Steps(rows=(Step(AT),)).to_dict() == {"remarks": [], "steps": [{"doneAt": AT}]}


def test_values_of_the_driver_become_values_of_python() -> None:
    vienna = pytz.timezone("Europe/Vienna")
    noon = neo4j.time.DateTime.from_native(vienna.localize(datetime(2026, 7, 1, 12)))
    found = values.native({"at": noon, "where": [WGS84Point((13.0, 45.0))], "n": None})
    assert found == {
        "at": datetime(2026, 7, 1, 12, tzinfo=ZoneInfo("Europe/Vienna")),
        "where": (Location(45.0, 13.0),),
        "n": None,
    }
    assert found["at"].tzinfo == ZoneInfo("Europe/Vienna")
    fixed = neo4j.time.DateTime(2026, 7, 1, 12, tzinfo=pytz.FixedOffset(90))
    assert values.native(fixed).tzinfo == timezone(timedelta(minutes=90))
    assert values.native(neo4j.time.Date(2026, 7, 1)).isoformat() == "2026-07-01"
    assert values.native(CartesianPoint((1.0, 2.0))) == (1.0, 2.0)


def test_parameters_become_values_of_the_driver() -> None:
    query = catalogue.get("recommend.next")
    bound = values.bind(query, {"user": "ann", "at": AT, "here": (45.0, 13.0), "model": None})
    assert bound == {"user": "ann", "at": AT, "here": WGS84Point((13.0, 45.0)), "model": None}
    for here in ((91, 0), (0, 181), (1, 2, 3), "1,2", (float("nan"), 0), 7):
        with pytest.raises(InputError, match=r"here is \(latitude, longitude\) in degrees"):
            values.bind(query, {"user": "ann", "here": here})
    with pytest.raises(InputError, match="without an offset"):
        values.bind(query, {"user": "ann", "at": datetime(2026, 1, 1)})
    with pytest.raises(InputError, match="at is a datetime, not '2026-01-01'"):
        values.bind(query, {"user": "ann", "at": "2026-01-01"})


@pytest.mark.parametrize("k", [0, 1001, 2.0, True, "3", None])
def test_k_is_how_many(k: Any) -> None:
    with pytest.raises(InputError, match="k is how many, a number from 1 to 1,000"):
        values.check_count(k)


def test_a_choice_that_there_is_not_is_answered_with_those_there_are() -> None:
    values.check_choice(None, ("places", "goods"), "only")
    with pytest.raises(
        InputError, match=r"only is 'places' or 'goods', not 'place'\. Did you mean 'pl"
    ):
        values.check_choice("place", ("places", "goods"), "only")


def test_hours_are_those_of_a_day() -> None:
    assert values.check_hours(range(22, 24)) == (22, 23)
    with pytest.raises(InputError, match="from 0 to 23, not 24"):
        values.check_hours([24])


def test_an_audience_is_told_with_its_reach() -> None:
    audience = Audience(
        at=AT,
        request={},
        interests=({"id": "a", "name": "A"},),
        min_size=5,
        size=None,
        expected=None,
        reach=(),
        rows=(),
    )
    assert audience.to_dict()["users"] == []
    assert audience.to_dict()["minSize"] == 5
