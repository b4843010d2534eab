"""Mappings of graphs that exist: what a file may say, and what is wrong with one."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chronotope.adoption import parse_mapping, read_mapping
from chronotope.adoption.mapping import PARTS, check_columns
from chronotope.errors import InputError

USERS = {"match": "MATCH (c:Customer) RETURN c AS user", "id": "customerID"}
ITEMS = {"match": "MATCH (p:Product) RETURN p AS item"}


def mapping(**tables: Any) -> Any:
    return parse_mapping({"users": USERS, "items": ITEMS, **tables})


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "shop.toml"
    path.write_text(
        '[users]\nmatch = "MATCH (c) RETURN c AS user"\nplace = "beside"\n'
        '[items]\nmatch = " MATCH (p) RETURN p AS item"\nname = "title"\n'
        "[[events]]\nmatch = '''\nMATCH …\n'''\nkind = 'purchase'\nzone = 'Europe/Vienna'\n"
        "time_format = '%d/%m/%Y'\n[[events]]\nmatch = 'M'\ntimezone = 'UTC'\ntime_unit = 's'\n",
        encoding="utf-8",
    )
    found = read_mapping(path)
    assert [source.name for source in found.sources] == ["users", "items", "events", "events 2"]
    users, items, first, second = found.sources
    assert (found.place("users"), found.place("items")) == ("beside", None)
    assert (users.properties, items.properties) == ({}, {"name": "title"})
    assert items.match == " MATCH (p) RETURN p AS item"  # as it is
    assert first.match == "MATCH …\n"
    assert first.constants == {"kind": "purchase"}
    vienna = ZoneInfo("Europe/Vienna")
    assert (first.options.timezone, first.options.local_timezone) == (vienna, vienna)
    assert first.options.time_formats == ("%d/%m/%Y",)
    assert (second.options.timezone, second.options.local_timezone) == (ZoneInfo("UTC"), None)
    assert second.options.time_unit == "s"


@pytest.mark.parametrize(
    ("tables", "reason"),
    [
        ({"users": USERS}, r"no table \[items\]"),
        ({"users": USERS, "itmes": ITEMS}, "'itmes' is no table .* Did you mean 'items'"),
        ({"users": "x", "items": ITEMS}, "'users' is no table; begin it with"),
        ({"users": {}, "items": ITEMS}, r"\[users\] has no `match`: .* returns the columns user"),
        ({"users": {"match": 1}, "items": ITEMS}, r"\[users\]: match is a text, not 1"),
        ({"users": {**USERS, "name": "n"}, "items": ITEMS}, "has the key 'name'"),
        ({"users": {**USERS, "place": "here"}, "items": ITEMS}, "place is 'in place' or 'beside'"),
    ],
)
def test_what_is_no_mapping_is_told(tables: Any, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        parse_mapping(tables)


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ({"zone": "Mars"}, r"\[events\]: zone: 'Mars' is no time zone"),
        ({"time_unit": "h"}, "time_unit is one of s, ms, us, ns, not 'h'"),
        ({"rating_threshold": "3"}, "rating_threshold is a number"),
        ({"zones_from_coordinates": 1}, "zones_from_coordinates is true or false"),
    ],
)
def test_what_an_event_cannot_have_is_told(table: Any, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        mapping(events={"match": "M", **table})


def test_a_file_that_is_no_toml_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_text("[users]\nmatch = MATCH\n")
    with pytest.raises(InputError, match=r"m\.toml is no TOML: .*line 2"):
        read_mapping(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_mapping(tmp_path / "none.toml")


def test_columns_are_checked() -> None:
    (events,) = mapping(events={"match": "M"}).of("events")
    assert check_columns(events, ["user", "item", "at", "kind", "o.id"]) == ("o.id",)
    with pytest.raises(InputError, match=r"no column user and no item;.*It returns c, at\."):
        check_columns(events, ["c", "at"])
    with pytest.raises(InputError, match="Where the graph knows none, give all events one day"):
        check_columns(events, ["user", "item"])


def test_every_key_of_items_is_a_column_too() -> None:
    assert set(PARTS["items"].properties) == set(PARTS["items"].optional)
