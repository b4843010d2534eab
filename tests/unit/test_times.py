from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chronotope.errors import InputError
from chronotope.loading.columns import ReadOptions
from chronotope.loading.times import Moment, latest, parse_time
from chronotope.loading.zones import zone

UNTIL = latest(datetime(2026, 6, 1, tzinfo=UTC))
NEW_YORK = ZoneInfo("America/New_York")
LOCAL = ReadOptions(timezone=ZoneInfo("UTC"), local_timezone=NEW_YORK)


@pytest.mark.parametrize(
    ("text", "local"),
    [
        # Both instants of the hour that happens twice, and the hour that does not happen.
        ("2025-11-02 05:30:00", "2025-11-02T01:30:00-04:00"),
        ("2025-11-02 06:30:00", "2025-11-02T01:30:00-05:00"),
        ("2026-03-08 06:59:00", "2026-03-08T01:59:00-05:00"),
        ("2026-03-08 07:00:00", "2026-03-08T03:00:00-04:00"),
    ],
)
def test_hours_around_daylight_saving_are_right(text: str, local: str) -> None:
    millis, zone, _ = parse_time(text, LOCAL, UNTIL)
    assert datetime.fromtimestamp(millis / 1000, ZoneInfo(zone)).isoformat() == local


def test_a_naive_time_in_the_hour_that_happens_twice_is_the_first() -> None:
    options = ReadOptions(timezone=NEW_YORK)
    first = parse_time("2025-11-02T01:30:00-04:00", ReadOptions(), UNTIL)
    assert parse_time("2025-11-02T01:30:00", options, UNTIL) == Moment(
        first.millis, "America/New_York", has_clock=True
    )


def test_a_naive_time_in_the_hour_that_clocks_skip_is_refused() -> None:
    with pytest.raises(ValueError, match="02:30:00' did not happen in America/New_York"):
        parse_time("2026-03-08 02:30:00", ReadOptions(timezone=NEW_YORK), UNTIL)


def test_a_time_keeps_its_own_offset_without_a_local_zone() -> None:
    found = parse_time("2026-05-01T10:00:00+05:30", ReadOptions(), UNTIL)
    assert found == Moment(1777609800000, "+05:30", has_clock=True)


@pytest.mark.parametrize(("unit", "text"), [("s", "1777636800"), ("ms", "1777636800000")])
def test_numbers_are_times_when_told(unit: str, text: str) -> None:
    options = ReadOptions(time_unit=unit)  # type: ignore[arg-type]
    assert parse_time(text, options, UNTIL) == Moment(1777636800000, "Z", has_clock=True)


@pytest.mark.parametrize("text", ["nan", "inf", "soon"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number of s since 1970"):
        parse_time(text, ReadOptions(time_unit="s"), UNTIL)


@given(st.datetimes(datetime(1901, 1, 1), datetime(2026, 5, 31), timezones=st.timezones()))
def test_an_instant_survives_any_zone(moment: datetime) -> None:
    instant = moment.astimezone(UTC).replace(microsecond=0)
    millis, *_ = parse_time(instant.isoformat(), LOCAL, UNTIL)
    assert datetime.fromtimestamp(millis / 1000, UTC) == instant


def test_zone_names_are_those_of_the_tz_database() -> None:
    with pytest.raises(InputError, match="'Mars/Olympus' is no time zone"):
        zone("Mars/Olympus")
