from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import h3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chronotope.loading import times, validate
from chronotope.loading.columns import EVENTS, ITEMS, ReadOptions
from chronotope.loading.rejection import RowError

UNTIL = times.latest(datetime(2026, 6, 1, tzinfo=UTC))
OPTIONS = ReadOptions(local_timezone=ZoneInfo("America/New_York"))
EVENT = {"user_id": "ann", "item_id": "cafe", "timestamp": "2026-05-01T12:00:00Z"}


def event(**columns: str) -> validate.Row:
    return validate.event({**EVENT, **columns}, OPTIONS, UNTIL)


def item(**columns: str) -> validate.Row:
    return validate.item({"item_id": "cafe", **columns})


def test_an_event_without_id_gets_one_that_cypher_can_make() -> None:
    row = event()
    assert row["id"] == "ann\x1fcafe\x1fvisit\x1f1777636800000"
    assert (row["epochMillis"], row["zone"]) == (1777636800000, "America/New_York")


def test_the_same_instant_in_another_zone_has_the_same_id() -> None:
    assert event(timestamp="2026-05-01T14:00:00+02:00")["id"] == event()["id"]


def test_a_place_serves_as_a_cell() -> None:
    row = event(place="Harbour")
    assert (row["place"], row["cell"], "latitude" in row) == ("Harbour", "place:Harbour", False)


def test_coordinates_of_an_event_win_over_its_place() -> None:
    row = event(place="Harbour", latitude="45", longitude="13")
    assert (row["latitude"], row["longitude"], "place" in row) == (45.0, 13.0, False)
    assert row["cell"] == h3.latlng_to_cell(45.0, 13.0, 9)


@pytest.mark.parametrize(
    ("columns", "column", "reason"),
    [
        ({"user_id": ""}, "user_id", "is missing"),
        ({"item_id": "x" * 513}, "item_id", "is longer than 512 bytes"),
        ({"user_id": "a\x1fb"}, "user_id", "holds control characters"),
        ({"user_id": "a\udcff"}, "user_id", "not UTF-8"),
        ({"timestamp": ""}, "timestamp", "is missing"),
        ({"timestamp": "yesterday"}, "timestamp", "'yesterday' is not a time in ISO 8601"),
        ({"timestamp": "2026-05-01T12:00"}, "timestamp", "has no offset; say what it means"),
        ({"timestamp": "1826-05-01T00:00Z"}, "timestamp", "is not between 1900 and a year"),
        ({"timestamp": "2126-05-01T00:00Z"}, "timestamp", "is not between 1900 and a year"),
        ({"value": "much"}, "value", "'much' is not a number"),
        ({"value": "inf"}, "value", "'inf' is not a finite number"),
        ({"latitude": "91", "longitude": "0"}, "latitude", "91.0 is not between -90 and 90"),
        ({"latitude": "0", "longitude": "181"}, "longitude", "181.0 is not between -180 and"),
        ({"latitude": "nan", "longitude": "0"}, "latitude", "'nan' is not a finite number"),
        ({"latitude": "1"}, "longitude", "is missing where the other coordinate is given"),
    ],
)
def test_what_is_wrong_with_an_event_is_said(
    columns: dict[str, str], column: str, reason: str
) -> None:
    with pytest.raises(RowError) as caught:
        event(**columns)
    assert caught.value.column == column
    assert reason in caught.value.reason


def test_a_category_path_becomes_a_ladder_of_interests() -> None:
    row = item(category="Dining > Coffee Shop", tags="quiet; WiFi;quiet")
    assert row["interests"] == ["category:Dining > Coffee Shop", "keyword:quiet", "keyword:wifi"]
    assert [(i["id"], i["level"], i["broader"]) for i in row["ladder"][:2]] == [
        ("category:Dining", 1, None),
        ("category:Dining > Coffee Shop", 2, "category:Dining"),
    ]


def test_a_column_that_a_file_lacks_is_left_alone() -> None:
    assert item() == {
        "id": "cafe",
        "properties": {},
        "interests": None,
        "ladder": [],
        "located": False,
        "cell": None,
    }


def test_an_empty_column_removes_what_was_there() -> None:
    row = item(name="", category="", latitude="", longitude="", active="")
    assert row["properties"] == {"name": None, "location": None, "cell": None, "active": None}
    assert (row["interests"], row["located"], row["cell"]) == ([], True, None)


@pytest.mark.parametrize(("text", "value"), [("yes", True), ("0", False), ("FALSE", False)])
def test_active_is_true_or_false(text: str, value: bool) -> None:
    assert item(active=text)["properties"]["active"] is value


def test_active_is_nothing_else() -> None:
    with pytest.raises(RowError, match="neither true nor false"):
        item(active="perhaps")


def rows(columns: tuple[str, ...]) -> st.SearchStrategy[dict[str, str]]:
    text = st.text(st.characters(codec="utf-8"), max_size=20) | st.sampled_from(
        ["1", "-0", "1e999"]
    )
    return st.dictionaries(st.sampled_from(columns), text)


def fault(parse: Callable[[], validate.Row]) -> str | None:
    try:
        parse()
    except RowError as problem:
        return problem.column
    return None


@given(rows(EVENTS.columns))
def test_any_event_row_is_a_row_or_a_fault(row: dict[str, str]) -> None:
    found = fault(lambda: validate.event(row, ReadOptions(timezone=ZoneInfo("UTC")), UNTIL))
    assert found in {None, *EVENTS.columns}


@given(rows(ITEMS.columns))
def test_any_item_row_is_a_row_or_a_fault(row: dict[str, str]) -> None:
    assert fault(lambda: validate.item(row)) in {None, *ITEMS.columns}
