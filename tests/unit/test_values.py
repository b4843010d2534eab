from datetime import UTC, datetime

import pytest
from neo4j.spatial import WGS84Point
from neo4j.time import DateTime

from chronotope.cli.values import parse_limit, parse_moment, parse_point, parse_value, plain
from chronotope.errors import InputError
from chronotope.loading import Limit


def test_a_moment_without_offset_is_utc() -> None:
    assert parse_moment("2026-01-02T03:04") == datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


@pytest.mark.parametrize("text", ["91,0", "0,181", "here", "1;2", "1,2,3", "nan,0"])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is not a place"):
        parse_point(text)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("20", "INTEGER", 20),
        ("True", "BOOLEAN", True),
        ("20", "STRING", "20"),
        ("null", "STRING", None),
        ("40.5,-73.5", "POINT", WGS84Point((-73.5, 40.5))),
        ('{"a": [1]}', "MAP", {"a": [1]}),
    ],
)
def test_values_have_the_declared_type(text: str, kind: str, value: object) -> None:
    assert parse_value(text, kind) == value


def test_a_value_of_another_type_is_refused() -> None:
    with pytest.raises(InputError, match="'many' is not a value of the type INTEGER"):
        parse_value("many", "INTEGER")


def test_results_become_json_with_geojson_points_and_without_vectors() -> None:
    row = {"at": DateTime(2026, 1, 2), "where": WGS84Point((1.0, 2.0)), "embedding": [0.1]}
    assert plain([row]) == [
        {"at": "2026-01-02T00:00:00.000000000", "where": {"type": "Point", "coordinates": [1, 2]}}
    ]


def test_a_limit_is_a_number_of_rows_or_a_share() -> None:
    assert parse_limit("100") == Limit(rows=100)
    assert parse_limit("2.5%") == Limit(share=0.025)
    assert parse_limit(None) == Limit()


@pytest.mark.parametrize("text", ["-1", "few", "1.5", "nan%", "%"])
def test_what_is_no_limit_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is neither a number of rows nor a share like 5%"):
        parse_limit(text)
