from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chronotope.errors import InputError
from chronotope.loading.columns import Options
from chronotope.loading.times import parse_time, zone, zone_name

NOW = datetime(2026, 6, 1, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")
LOCAL = Options(timezone=ZoneInfo("UTC"), local_timezone=NEW_YORK)


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
    assert parse_time(text, LOCAL, NOW).isoformat() == local


def test_a_time_keeps_its_own_offset_without_a_local_zone() -> None:
    moment = parse_time("2026-05-01T10:00:00+05:30", Options(), NOW)
    assert (moment.hour, zone_name(moment)) == (10, "+05:30")


@pytest.mark.parametrize(("unit", "text"), [("s", "1777636800"), ("ms", "1777636800000")])
def test_numbers_are_times_when_told(unit: str, text: str) -> None:
    options = Options(time_unit=unit)  # type: ignore[arg-type]
    assert parse_time(text, options, NOW) == datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("text", ["nan", "inf", "1e300", "soon"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number of s since 1970"):
        parse_time(text, Options(time_unit="s"), NOW)


@given(st.datetimes(datetime(1901, 1, 1), datetime(2026, 5, 31), timezones=st.timezones()))
def test_an_instant_survives_any_zone(moment: datetime) -> None:
    instant = moment.astimezone(UTC).replace(microsecond=0)
    assert parse_time(instant.isoformat(), LOCAL, NOW) - instant == timedelta(0)


def test_zone_names_are_those_of_the_tz_database() -> None:
    assert zone_name(datetime(2026, 1, 1, tzinfo=NEW_YORK)) == "America/New_York"
    with pytest.raises(InputError, match="'Mars/Olympus' is no time zone"):
        zone("Mars/Olympus")
