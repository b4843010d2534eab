"""Public data sets, each in a small file of ours in the exact format, awkward cases included."""

from pathlib import Path

import pytest

from chronotope.errors import InputError
from chronotope.loading.columns import EVENTS, FRIENDSHIPS, ITEMS, ReadOptions, Table
from chronotope.loading.read import open_source
from chronotope.loading.rejection import Rejection

FOURSQUARE = (
    "470\tv1\tc1\tArts & Crafts \"Store\"\t40.7\t-74.0\t-240\tTue Apr 03 18:00:09 +0000 2012\n"
    "979\tv2\tc2\tCafé\t0\t0\t-240\tTue Apr 03 18:00:25 +0000 2012\n"
    "979\tv2\tc2\tCafé\t0\t0\t-240\tTue Apr 03 18:00:25 +0000 2012\t\n"
    "979\tv3\tc2\tCafé\t\t\t-240\tTue Foo 03 18:00:25 +0000 2012\n"
    "979\tv4\tc2\tCafé\t\t\t9999\tTue Apr 03 18:00:25 +0000 2012\n"
)  # fmt: skip
SNAP = (
    "0\t2010-10-19T23:55:27Z\t30.2359091167\t-97.7951395833\t22847\n"
    "0\t2010-10-18T22:17:43Z\t0.0\t0.0\t00000000000000000000000000000000\n"
    "58186\t\t\t\t\n"
)


def read(
    folder: Path, table: Table, format_: str, content: str, encoding: str = "utf-8"
) -> list[tuple[int, dict[str, str]] | Rejection]:
    path = folder / "data"
    path.write_bytes(content.encode(encoding))
    source = open_source(str(path), table, ReadOptions(format=format_))
    rows = list(source.rows)
    source.close()
    return rows


def pick(
    entries: list[tuple[int, dict[str, str]] | Rejection], *names: str
) -> list[tuple[str, ...]]:
    rows = [entry[1] for entry in entries if not isinstance(entry, Rejection)]
    return [tuple(row.get(name, "") for name in names) for row in rows]


def test_foursquare_check_ins_happen_at_the_hour_of_their_place(tmp_path: Path) -> None:
    entries = read(tmp_path, EVENTS, "foursquare", FOURSQUARE, "latin-1")
    assert pick(entries, "user_id", "item_id", "timestamp", "latitude") == [
        ("470", "v1", "2012-04-03T14:00:09-04:00", "40.7"),
        ("979", "v2", "2012-04-03T14:00:25-04:00", "0"),
        ("979", "v2", "2012-04-03T14:00:25-04:00", "0"),
    ]
    faults = [(e.line, e.column, e.reason) for e in entries if isinstance(e, Rejection)]
    assert faults == [
        (4, "timestamp", "'Tue Foo 03 18:00:25 +0000 2012' with the offset '-240' is no time"),
        (5, "timestamp", "'Tue Apr 03 18:00:25 +0000 2012' with the offset '9999' is no time"),
    ]


def test_foursquare_venues_stand_in_the_same_file(tmp_path: Path) -> None:
    entries = read(tmp_path, ITEMS, "foursquare", "\ufeff" + FOURSQUARE.replace("é", "e"))
    assert pick(entries, "item_id", "category", "longitude")[:2] == [
        ("v1", 'Arts & Crafts "Store"', "-74.0"),
        ("v2", "Cafe", "0"),
    ]


@pytest.mark.parametrize("name", ["gowalla", "brightkite"])
def test_snap_check_ins_without_a_place_have_no_item(tmp_path: Path, name: str) -> None:
    assert pick(read(tmp_path, EVENTS, name, SNAP), "user_id", "item_id", "timestamp") == [
        ("0", "22847", "2010-10-19T23:55:27Z"),
        ("0", "", "2010-10-18T22:17:43Z"),
        ("58186", "", ""),
    ]


def test_snap_edges_are_friendships(tmp_path: Path) -> None:
    entries = read(tmp_path, FRIENDSHIPS, "gowalla", "0\t1\n1\t0\n")
    assert pick(entries, "user_id", "friend_id") == [("0", "1"), ("1", "0")]


@pytest.mark.parametrize(
    "content",
    [
        "196\t242\t3\t881250949\n",
        "196::242::3::881250949\n",
        "userId,movieId,rating,timestamp\n196,242,3,881250949\n",
    ],
)
def test_movielens_ratings_of_all_three_kinds_are_events(tmp_path: Path, content: str) -> None:
    entries = read(tmp_path, EVENTS, "movielens", content)
    found = pick(entries, "user_id", "item_id", "value", "timestamp", "kind")
    assert found == [("196", "242", "3", "881250949", "rating")]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (
            "7|Amélie (2001)|01-Jan-2001||http://x|0|0|0|0|0|1|0|0|0|0|0|0|0|0|1|0|0|0|0\n",
            "latin-1",
        ),
        ("7::Amélie (2001)::Comedy|Romance\n", "latin-1"),
        ('movieId,title,genres\n7,"Amélie (2001)",Comedy|Romance\n', "utf-8"),
    ],
)
def test_movielens_movies_of_all_three_kinds_are_items(
    tmp_path: Path, content: str, encoding: str
) -> None:
    entries = read(tmp_path, ITEMS, "movielens", content, encoding)
    assert pick(entries, "item_id", "name", "category") == [
        ("7", "Amélie (2001)", "Comedy|Romance")
    ]


def test_a_movie_without_genres_has_no_category(tmp_path: Path) -> None:
    content = 'movieId,title,genres\n1,"Say ""Cheese"", 2",(no genres listed)\n'
    entries = read(tmp_path, ITEMS, "movielens", content)
    assert pick(entries, "name", "category") == [('Say "Cheese", 2', "")]


def test_the_place_of_a_log_is_a_name_or_two_numbers(tmp_path: Path) -> None:
    content = (
        "user_id,item_id,timestamp,location\n"
        "u,i,2026-05-01T12:00:00Z,Harbour\n"
        'u,i,2026-05-01T12:00:00Z,"45.0,13.0"\n'
        "u,i,2026-05-01T12:00:00Z,45.0,13.0\n"
    )
    assert pick(read(tmp_path, EVENTS, "log", content), "location") == [
        ("Harbour",), ("45.0,13.0",), ("45.0,13.0",)
    ]  # fmt: skip
    headless = content.partition("\n")[2]
    assert len(read(tmp_path, EVENTS, "log", headless)) == 3


def test_a_file_that_is_not_in_the_format_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not a file of events of gowalla, whose lines have 5"):
        read(tmp_path, EVENTS, "gowalla", "a,b,c\n")
    with pytest.raises(InputError, match="The format log has no items; it has: events"):
        read(tmp_path, ITEMS, "log", "a,b,c\n")
