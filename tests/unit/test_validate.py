from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from importlib.util import find_spec
from zoneinfo import ZoneInfo

import h3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from neo4j.spatial import WGS84Point

from chronotope.loading import times, validate, zones
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
        ({"location": "95.0,10.0"}, "location", "has the latitude 95.0: not from -90 to 90"),
        ({"location": "10,200"}, "location", "has the longitude 200.0: not from -180 to 180"),
        ({"location": "[1, 2, 3, 4]"}, "location", "is no point; write it like"),
        ({"zone": "EST"}, "zone", "'EST' is no time zone that Python and Neo4j agree on"),
        ({"zone": "+19:00"}, "zone", "the offset +19:00 is not between -18:00 and +18:00"),
        ({"user_id": "\ud800" * 200}, "user_id", "is longer than 512 bytes"),
        ({"user_id": "\ud800"}, "user_id", "not UTF-8"),
        ({"event_id": "9" * 600}, "event_id", "is longer than 512 bytes"),
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


@pytest.mark.parametrize(
    ("columns", "column", "reason"),
    [
        ({"category": "x" * 9000}, "category", "has a name of more than 8,000 bytes"),
        ({"category": " > ".join(["x" * 100] * 90)}, "category", "more than 8,000 bytes"),
        ({"tags": "a;" + "ß" * 4000}, "tags", "has a name of more than 8,000 bytes"),
        ({"tags": "a\x07b"}, "tags", "holds control characters"),
        ({"name": "x" * 1_000_001}, "name", "is longer than 1,000,000 bytes"),
        ({"description": "é" * 500_001}, "description", "is longer than 1,000,000 bytes"),
        ({"description": "a\0b"}, "description", "holds zero bytes"),
        ({"category": "\udcff"}, "category", "not UTF-8"),
    ],
)
def test_what_the_server_cannot_hold_is_said(
    columns: dict[str, str], column: str, reason: str
) -> None:
    with pytest.raises(RowError) as caught:
        item(**columns)
    assert caught.value.column == column
    assert reason in caught.value.reason


def test_an_item_may_have_several_categories() -> None:
    row = item(category="Dining > Café; Dining > Bar", tags="['quiet']")
    assert row["interests"] == ["category:Dining > Café", "category:Dining > Bar", "keyword:quiet"]
    assert [interest["id"] for interest in row["ladder"]] == [
        "category:Dining", "category:Dining > Café", "category:Dining > Bar", "keyword:quiet"
    ]  # fmt: skip


def test_a_point_in_any_writing_is_where_an_item_is() -> None:
    row = item(location="POINT(13 45)")
    assert (row["located"], row["cell"]) == (True, h3.latlng_to_cell(45.0, 13.0, 9))
    assert row["properties"]["location"] == WGS84Point((13.0, 45.0))


def test_zones_come_from_rows_and_from_coordinates(monkeypatch: pytest.MonkeyPatch) -> None:
    assert event(zone="Asia/Tokyo")["zone"] == "Asia/Tokyo"
    assert event(zone="+05:30")["zone"] == "+05:30"

    class Finder:
        def timezone_at(self, lat: float, lng: float) -> str | None:
            return {(45.0, 13.0): "Europe/Rome"}.get((lat, lng))

    monkeypatch.setattr(zones, "finder", Finder)
    zones.zone_at.cache_clear()
    options = replace(OPTIONS, zones_from_coordinates=True)
    found = [
        validate.event({**EVENT, "location": place}, options, UNTIL)["zone"]
        for place in ("45,13", "89,0", "")
    ]
    zones.zone_at.cache_clear()
    assert found == ["Europe/Rome", "America/New_York", "America/New_York"]


@pytest.mark.skipif(find_spec("timezonefinder") is None, reason="needs the extra timezones")
def test_the_borders_of_zones_are_known() -> None:
    options = ReadOptions(zones_from_coordinates=True)
    row = {**EVENT, "timestamp": "2026-05-01T08:00", "location": "40.75,-73.98"}
    found = validate.event(row, options, UNTIL)
    assert (found["zone"], found["epochMillis"]) == ("America/New_York", 1777636800000)


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
