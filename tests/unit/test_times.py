from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chronotope.errors import InputError
from chronotope.loading.columns import ReadOptions, TimeUnit
from chronotope.loading.times import Moment, check_formats, latest, parse_time
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


def read(text: str, *patterns: str, zone: str = "UTC") -> str:
    options = ReadOptions(timezone=ZoneInfo(zone), time_formats=patterns)
    moment = parse_time(text, options, UNTIL)
    return datetime.fromtimestamp(moment.millis / 1000, UTC).isoformat()


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2024-05-01T11:00:00+18:00", "2024-04-30T17:00:00"),
        ("1910-05-01T11:00:00+00:19:32", "1910-05-01T10:40:28"),
        ("2024-05-01T11:00:00-00:00", "2024-05-01T11:00:00"),
        ("2024-05-01T24:00:00Z", "2024-05-02T00:00:00"),
        ("20240501T110000Z", "2024-05-01T11:00:00"),
        ("2024-W18-3T10:00Z", "2024-05-01T10:00:00"),
        ("2024-05-01t11:00:00z", "2024-05-01T11:00:00"),
        ("2024-05-01T11:00:00 +0200", "2024-05-01T09:00:00"),
        ("2024-05-01 11:00 +02", "2024-05-01T09:00:00"),
        ("2024-05-01T11:00:00.123456789Z", "2024-05-01T11:00:00.123000"),
        ("2024-5-1 9:05:00", "2024-05-01T09:05:00"),
        ("2024-05-01T11:00:00,5Z", "2024-05-01T11:00:00.500000"),
    ],
)
def test_odd_times_of_iso_8601_are_what_they_say(text: str, instant: str) -> None:
    assert read(text) == f"{instant}+00:00"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2024-05-01T10:00:00+19:00", "the offset [+]19:00 is not between -18:00 and [+]18:00"),
        ("2024-05-01T10:00:00-18:01", "the offset -18:01 is not between"),
        ("2024-05-01T10:00:00+25:00", "is not a time in ISO 8601"),
        ("2024-06-30T23:59:60Z", "is not a time in ISO 8601"),
        ("2024-05-01T24:00:01Z", "is not a time in ISO 8601"),
        ("2024-13-01", "is not a time in ISO 8601"),
        ("2024050110:00", "is not a time in ISO 8601"),
        ("0000-00-00 00:00:00", "is not a time in ISO 8601"),
        ("0001-01-01T00:00:00+14:00", "is not between 1900 and"),
        ("0001-01-01", "is not between 1900 and"),
        ("9999-12-31T23:59:59-14:00", "is not between 1900 and"),
        ("9999-12-31T24:00", "is not"),
        ("12/1/2010 8:26", "say how it is written with --time-format"),
        ("1433221332117", "say so with --time-unit s|ms|us|ns"),
        ("9" * 5000, "is not a time"),
    ],
)
@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati"])
def test_what_is_no_time_is_refused(text: str, reason: str, zone: str) -> None:
    with pytest.raises(ValueError, match=reason.replace("|", "[|]")):
        read(text, zone=zone)


@pytest.mark.parametrize(
    ("text", "pattern", "instant"),
    [
        ("12/1/2010 8:26", "%m/%d/%Y %H:%M", "2010-12-01T08:26:00"),
        ("Tue Apr 03 18:00:09 +0000 2012", "%a %b %d %H:%M:%S %z %Y", "2012-04-03T18:00:09"),
        ("Sep 13, 2009", "%b %d, %Y", "2009-09-13T00:00:00"),
        ("2019-02-22 18:00:16 UTC", "%Y-%m-%d %H:%M:%S %Z", "2019-02-22T18:00:16"),
        (
            "2019-02-22 18:00:16.000 America/Los_Angeles",
            "%Y-%m-%d %H:%M:%S.%f %Z",
            "2019-02-23T02:00:16",
        ),
    ],
)
def test_times_are_read_as_they_are_said_to_be_written(
    text: str, pattern: str, instant: str
) -> None:
    assert read(text, "%d.%m.%Y %H:%M", pattern) == f"{instant}+00:00"
    with pytest.raises(ValueError, match=r"is not like %d\.%m\.%Y or %Y \(--time-format\)"):
        read(text, "%d.%m.%Y", "%Y")


def test_a_long_text_is_no_time_at_once() -> None:
    with pytest.raises(ValueError, match="is not a time"):
        read("Mon " * 100_000, "%a %d %b %Y %Z")


@pytest.mark.parametrize("pattern", ["%m/%d/%Y %H:%M %p", "%m/%d/%Y %I:%M"])
def test_a_pattern_that_loses_the_afternoon_is_refused(pattern: str) -> None:
    with pytest.raises(InputError, match="tell an hour together; an hour to 24 is %H"):
        check_formats((pattern,))
    check_formats(("%m/%d/%Y %I:%M %p", "%d.%m.%y"))


def test_a_time_in_a_zone_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="is not like"):
        read("2019-02-22 18:00 PDT", "%Y-%m-%d %H:%M %Z")
    with pytest.raises(ValueError, match="did not happen in America/New_York"):
        read("2026-03-08 02:30 America/New_York", "%Y-%m-%d %H:%M %Z")


@pytest.mark.parametrize(
    ("text", "patterns"),
    [
        ("2018-11-04", ()),
        ("20181104", ()),
        ("2018-W44-7", ()),
        ("2018-11-04+02:00", ()),
        ("04/11/2018", ("%d/%m/%Y",)),
        ("2018-11-04 00:00:00", ("%Y-%m-%d 00:00:00",)),
    ],
)
def test_a_date_is_the_local_day_and_has_no_clock(text: str, patterns: tuple[str, ...]) -> None:
    tokyo = ReadOptions(
        timezone=ZoneInfo("UTC"), local_timezone=ZoneInfo("Asia/Tokyo"), time_formats=patterns
    )
    moment = parse_time(text, tokyo, UNTIL)
    assert moment == Moment(1541257200000, "Asia/Tokyo", has_clock=False)
    # Where the clocks skipped midnight, the day began at one.
    brazil = replace(tokyo, local_timezone=ZoneInfo("America/Sao_Paulo"))
    assert parse_time(text, brazil, UNTIL).millis == 1541300400000


def test_a_zone_of_the_row_wins_and_says_what_a_time_without_offset_means() -> None:
    rome = ZoneInfo("Europe/Rome")
    nowhere, utc = ReadOptions(), ReadOptions(timezone=ZoneInfo("UTC"), local_timezone=NEW_YORK)
    assert parse_time("2026-05-01T12:00", nowhere, UNTIL, rome).millis == 1777629600000
    assert parse_time("2026-05-01T12:00", utc, UNTIL, rome) == Moment(
        1777636800000, "Europe/Rome", has_clock=True
    )


def test_a_zone_before_1970_is_the_offset_that_it_had() -> None:
    for text, zone_ in (("1969-07-20T20:17Z", "-04:00"), ("1901-01-01T12:00Z", "-05:00")):
        assert parse_time(text, LOCAL, UNTIL).zone == zone_
    assert parse_time("1970-01-01T00:00Z", LOCAL, UNTIL).zone == "America/New_York"


@pytest.mark.parametrize(("unit", "zeros"), [("us", 3), ("ns", 6)])
def test_small_units_count_too(unit: TimeUnit, zeros: int) -> None:
    text = "1777636800123" + "9" * zeros
    assert parse_time(text, ReadOptions(time_unit=unit), UNTIL).millis == 1777636800124


@given(st.text())
def test_any_text_is_a_time_or_refused_in_words(text: str) -> None:
    for options in (LOCAL, ReadOptions(), replace(LOCAL, time_formats=("%d/%m/%Y %H:%M %Z",))):
        with suppress(ValueError):
            parse_time(text, options, UNTIL)


@pytest.mark.parametrize("name", ["EST", "MST", "HST", "ROC", "GMT-0", "localtime", "right/UTC"])
def test_zones_that_java_does_not_know_are_refused(name: str) -> None:
    with pytest.raises(InputError, match=r"no time zone (that Python and Neo4j agree on)?"):
        zone(name)


def test_zone_names_are_those_of_the_tz_database() -> None:
    with pytest.raises(InputError, match="'Mars/Olympus' is no time zone"):
        zone("Mars/Olympus")
