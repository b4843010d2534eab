from datetime import UTC, datetime

import click
import pytest
from neo4j.time import Duration

from chronotope.cli.values import parse_value, plain
from chronotope.client import Location


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("20", "INTEGER", 20),
        ("True", "BOOLEAN", True),
        ("20", "STRING", "20"),
        ("null", "STRING", None),
        ("40.5,-73.5", "POINT", (40.5, -73.5)),
        ("2026-01-02", "ZONED DATETIME", datetime(2026, 1, 2, tzinfo=UTC)),
        ('{"a": [1]}', "MAP", {"a": [1]}),
    ],
)
def test_values_have_the_declared_type(text: str, kind: str, value: object) -> None:
    assert parse_value(text, kind) == value


def test_a_value_of_another_type_is_refused() -> None:
    with pytest.raises(click.UsageError, match="'many' is not a value of the type INTEGER"):
        parse_value("many", "INTEGER")
    with pytest.raises(click.UsageError, match="'noon' is not a moment"):
        parse_value("noon", "ZONED DATETIME")


def test_results_become_json_with_geojson_places() -> None:
    row = {
        "at": datetime(2026, 1, 2, tzinfo=UTC),
        "where": Location(2.0, 1.0),
        "span": Duration(days=1),
        "numbers": (1, 2.5),
    }
    assert plain([row]) == [
        {
            "at": "2026-01-02T00:00:00+00:00",
            "where": {"type": "Point", "coordinates": [1, 2]},
            "span": "P1D",
            "numbers": [1, 2.5],
        }
    ]
