import re
from datetime import UTC, datetime

import pytest

from chronotope.loading import times, validate
from chronotope.loading.columns import ReadOptions, TimeUnit
from chronotope.loading.observed import Observed

UNTIL = times.latest(datetime(2026, 6, 1, tzinfo=UTC))


def told(stamps: list[str], unit: TimeUnit | None = None, *patterns: str, **more: str) -> list[str]:
    observed = Observed(UNTIL)
    options = ReadOptions(time_unit=unit, time_formats=patterns)
    texts = [{"user_id": "u", "item_id": "a", "timestamp": stamp, **more} for stamp in stamps]
    rows = [validate.event(text, options, UNTIL) for text in texts]
    observed.take(list(enumerate(texts)), rows)
    return observed.told()


def test_moments_in_another_unit_are_told() -> None:
    (sentence,) = told(["1349710200", "1349713800", "1779999999999"], "ms")
    assert sentence == (
        "2 of 3 moments lie outside 1995 to 2027, most of them in 1970: do they count in another "
        "unit (--time-unit s|ms|us|ns), or is the time missing?"
    )
    assert told(["1349710200", "1349713800"], "s") == []


def test_few_missing_moments_are_told() -> None:
    assert told(["0", "-1", *["1749710200"] * 8], "s") == [
        "2 moments lie at the beginning of 1970, as missing ones often do"
    ]


@pytest.mark.parametrize("stamp", ["2026-05-{:02}T00:00:00Z", "2026-05-{:02} 00:00 +02:00"])
def test_moments_that_are_all_at_midnight_are_told(stamp: str) -> None:
    stamps = [stamp.format(day) for day in range(1, 12)]
    assert [sentence[:27] for sentence in told(stamps)] == ["All moments are at midnight"]
    assert told([*stamps, "2026-05-01T00:01:00Z"]) == []
    assert told(stamps[:3]) == []


def test_midnights_are_told_with_the_patterns_that_read_them() -> None:
    stamps = [f"1996-07-{day:02} 00:00:00.000" for day in range(1, 12)]
    zoned = [f"1996-01-{day:02}T00:00:00+01:00" for day in range(1, 12)]
    (sentence,) = told([*stamps, *zoned], zone="UTC")
    patterns = re.findall("'(%.*?)'", sentence)
    assert patterns == ["%Y-%m-%d 00:00:00.000", "%Y-%m-%dT00:00:00+01:00"]
    assert told([*stamps, *zoned], None, *patterns, zone="UTC") == []


def test_names_where_points_may_be_are_told() -> None:
    found = told(["2026-05-01T12:00Z"], location="Harbour")
    assert found == ["1 rows have no point in location, but a name, like 'Harbour'"]
    assert told(["2026-05-01T12:00Z"], location="45,13") == []


def test_names_of_places_say_nothing_about_items() -> None:
    text = {"item_id": "a", "location": "Vienna, Austria"}
    row = validate.item(text)
    assert (row["located"], row["properties"]) == (False, {})
    observed = Observed(UNTIL)
    observed.take([(1, text)], [row])
    assert observed.told() == [
        "1 rows have no point in location, but a name, like 'Vienna, Austria'"
    ]
