from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chronotope.loading import places

HERE = (40.75, -73.98)


@pytest.mark.parametrize(
    "text",
    [
        "40.75,-73.98",
        "(40.75, -73.98)",
        "[40.75, -73.98]",
        "40.75 -73.98",
        "40.75; -73.98",
        "40.75,-73.98,12.0",
        "40,75;-73,98",
        "40,75 -73,98",
        "40.75 -73.98 12",
        "40.75; -73.98; 12",
        "4.075e1,-7.398e1",
        "40.75,−73.98",
        "geo:40.75,-73.98",
        "geo:40.75,-73.98,12;u=35",
        "POINT(-73.98 40.75)",
        "point (-73.98 40.75)",
        "POINT Z (-73.98 40.75 12)",
        "SRID=4326;POINT(-73.98 40.75)",
        "40.75° N, 73.98° W",
        "40.75N 73.98W",
        "N40.75 W73.98",
        "73.98 W, 40.75 N",
        "40°45'0\"N 73°58'48\"W",
        "40° 45′ N, 73° 58.8′ W",
        "lat: 40.75, lon: -73.98",
        "latitude=40.75 longitude=-73.98",
        '{"lat": 40.75, "lon": -73.98}',
        '{"latitude": "40.75", "longitude": "-73.98"}',
        "{'Lat': 40.75, 'Lng': -73.98, 'city': 'New York'}",
        '{"type": "Point", "coordinates": [-73.98, 40.75]}',
        '{"type": "Feature", "geometry": {"type": "Point", "coordinates": [-73.98, 40.75, 2]}}',
    ],
)
def test_the_writings_of_a_point_give_that_point(text: str) -> None:
    assert places.point(text) == pytest.approx(HERE, abs=1e-9)


@pytest.mark.parametrize("text", ["48,2;16", "48,2 16", "48,2 ; 16"])
def test_a_decimal_comma_is_no_sign_between_two_numbers(text: str) -> None:
    assert places.point(text) == (48.2, 16)
    assert places.point("48;16,5") == (48, 16.5)


@pytest.mark.parametrize(
    "text",
    ["Harbour", "7-Eleven", "Square 4, 5", "Point Lobos", "Vienna, Austria", "1600", "dr5ru6j2c"],
)
def test_a_name_is_no_point(text: str) -> None:
    assert places.point(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "POLYGON((0 0, 1 1, 1 0, 0 0))",
        "POINT EMPTY",
        "geo:here",
        "1,2,3,4",
        "40.75/-73.98",
        "N 40 45.000 W 73 58.800",
        "lon: -73.98, lat: 40.75",
        "0101000020E6100000A4703D0AD77F52C0F6285C8FC2554440",
        '{"lat": true, "lon": false}',
        '{"lat": "4_0", "lon": 1}',
        "[1]",
        '{"street": "Broadway"}',
        '{"type": "LineString", "coordinates": [[1, 2], [3, 4]]}',
    ],
)
def test_what_looks_like_a_point_and_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no point; write it like"):
        places.point(text)


@pytest.mark.parametrize(
    "text",
    [
        "nan,nan",
        "(None, None)",
        ",",
        "0,0",
        '{"lat": null, "lon": null}',
        '{"type": "Point", "coordinates": []}',
        "[NaN, NaN]",
        "{}",
    ],
)
def test_a_pair_of_missing_numbers_is_nowhere(text: str) -> None:
    assert places.point(text) == (0, 0)


@pytest.mark.parametrize(
    ("text", "column", "degrees"),
    [
        ("48.2", "latitude", 48.2),
        ("48,2", "latitude", 48.2),
        ("48.2 N", "latitude", 48.2),
        ("16.37W", "longitude", -16.37),
        ("-48°12'", "latitude", -48.2),
    ],
)
def test_one_coordinate_is_read_as_it_is_written(text: str, column: str, degrees: float) -> None:
    assert places.angle(text, column) == pytest.approx(degrees)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("16E", "latitude"),
        ("north", "latitude"),
        ("45m", "latitude"),
        ("30'", "longitude"),
        ("1_0", "latitude"),
    ],
)
def test_what_is_no_coordinate_is_refused(text: str, column: str) -> None:
    with pytest.raises(ValueError, match="is no"):
        places.angle(text, column)


@pytest.mark.parametrize("text", ["1" + " " * 100_000 + "x", "N" + "1" * 100_000 + "'"])
def test_a_long_text_is_no_point_at_once(text: str) -> None:
    assert places.point(text) is None
    with pytest.raises(ValueError, match="is not a number"):
        places.angle(text, "latitude")


def test_a_degree_has_60_minutes() -> None:
    with pytest.raises(ValueError, match="has 60 minutes or seconds, or more"):
        places.point("48°75'N 16°0'E")


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_any_point_is_read_back_from_each_writing(latitude: float, longitude: float) -> None:
    for text in (
        f"{latitude},{longitude}",
        f"({latitude!r}; {longitude!r})",
        f"POINT({longitude} {latitude})",
        f'{{"lat": {latitude}, "lng": {longitude}}}',
        f'{{"type": "Point", "coordinates": [{longitude}, {latitude}]}}',
    ):
        assert places.point(text) == (latitude, longitude)


@given(st.text() | st.text(st.sampled_from("0123456789.,;-+ ()[]{}NSEW°'\"e:")))
def test_any_text_is_a_point_a_name_or_refused_in_words(text: str) -> None:
    for read in (places.point, lambda text: places.angle(text, "latitude")):
        with suppress(ValueError):
            read(text)
