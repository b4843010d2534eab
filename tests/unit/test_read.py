import csv
import gzip
import io
import json
import sys
import tracemalloc
from collections import deque
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from chronotope import loading
from chronotope.errors import InputError
from chronotope.loading import zones
from chronotope.loading.columns import DEFAULTS, EVENTS, ITEMS, ReadOptions, Table
from chronotope.loading.files import expand
from chronotope.loading.read import Source, open_source
from chronotope.loading.rejection import Line, Rejection, RowError
from chronotope.loading.validate import Row

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


def read(folder: Path, content: str | bytes, **renamed: str) -> list[Line | Rejection]:
    return source(folder, content, **renamed)[0]


def source(
    folder: Path, content: str | bytes, **renamed: str
) -> tuple[list[Line | Rejection], Source]:
    path = folder / "items.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    found = open_source(str(path), ITEMS, ReadOptions(renamed))
    rows = list(found.rows)
    found.close()
    return rows, found


def test_rows_come_with_the_line_they_begin_on(tmp_path: Path) -> None:
    assert read(tmp_path, 'item_id,name\na,"two\nlines"\n\nb,B\n') == [
        (2, {"item_id": "a", "name": "two\nlines"}),
        (5, {"item_id": "b", "name": "B"}),
    ]


def test_tabs_byte_order_mark_and_gzip_are_understood(tmp_path: Path) -> None:
    assert read(tmp_path, gzip.compress("\ufeffitem_id\tname\na\tÄ\n".encode())) == [
        (2, {"item_id": "a", "name": "Ä"})
    ]


def test_columns_are_renamed_and_unknown_ones_named(tmp_path: Path) -> None:
    content = "poi,title,colour\n1,Park,red\n"
    rows, found = source(tmp_path, content, item_id="poi", name="title")
    assert rows == [(2, {"item_id": "1", "name": "Park", "colour": "red"})]
    assert list(found.notes.unknown) == ["colour"]


def test_a_row_of_another_length_is_rejected_and_the_next_kept(tmp_path: Path) -> None:
    first, second = read(tmp_path, "item_id,name\na,b,c\nd,e\n")
    assert isinstance(first, Rejection)
    assert str(first).endswith("items.csv:2: has 3 fields where there are 2 columns")
    assert second == (3, {"item_id": "d", "name": "e"})


@pytest.mark.parametrize(
    ("content", "renamed", "complaint"),
    [
        ("", {}, "is empty; a file of items begins with"),
        ("name\nx\n", {}, "has no column 'item_id'; it has: name. Say which one it is with --map"),
        ("id\nx\n", {"item_id": "poi"}, "has no column 'poi'; it has: id"),
        ("item_id\nx\n", {"size": "item_id"}, "items have no column 'size'; they have: item_id"),
    ],
)
def test_a_file_that_cannot_be_read_is_said(
    tmp_path: Path, content: str, renamed: dict[str, str], complaint: str
) -> None:
    with pytest.raises(InputError) as caught:
        source(tmp_path, content, **renamed)
    assert complaint in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.csv cannot be read: No such file"):
        open_source(str(tmp_path / "none.csv"), ITEMS, ReadOptions())


def test_a_folder_is_told_before_anything_is_opened(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be read: Is a directory\."):
        loading.check_heads(ITEMS, [str(tmp_path)])


def test_a_file_that_was_cut_off_is_named_with_its_line(tmp_path: Path) -> None:
    content = gzip.compress(b"item_id\n" + b"".join(b"%d\n" % n for n in range(50000)))
    *rows, last = read(tmp_path, content[: len(content) // 2])
    assert len(rows) > 20000
    assert isinstance(last, Rejection)
    assert last.line == len(rows) + 2
    assert "the compressed file is broken from here on" in last.reason


def test_a_quote_that_does_not_close_costs_its_own_line_alone(tmp_path: Path) -> None:
    first, *others = read(tmp_path, 'item_id,name\na,"Joe\nb,B\nc,"C\nc"\nd,"D\n')
    assert isinstance(first, Rejection)
    assert (first.line, first.reason) == (2, "opens a quote that it does not close")
    assert others[:2] == [(3, {"item_id": "b", "name": "B"}), (4, {"item_id": "c", "name": "C\nc"})]
    assert isinstance(others[2], Rejection)
    assert (others[2].line, others[2].row) == (6, {"item_id": "d", "name": "D"})


def test_quotes_inside_a_name_are_kept(tmp_path: Path) -> None:
    assert read(tmp_path, 'item_id,name\na,Joe "the" Bar\n') == [
        (2, {"item_id": "a", "name": 'Joe "the" Bar'})
    ]


def test_a_stray_quote_leaves_the_quotes_around_other_fields_signs_of_quoting(
    tmp_path: Path,
) -> None:
    rows = read(tmp_path, '"item_id","name","tags"\n"a","Joe"s Bar","x ""y"""\n')
    assert rows == [(2, {"item_id": "a", "name": '"Joe"s Bar"', "tags": 'x "y"'})]


def test_a_delimiter_within_quotes_is_none(tmp_path: Path) -> None:
    rows = read(tmp_path, '"Price, net";"Name, full";item_id\n1;2;3\n', name="Name, full")
    assert rows == [(2, {"Price, net": "1", "name": "2", "item_id": "3"})]


def test_a_header_that_stands_again_is_no_row(tmp_path: Path) -> None:
    good, bad, other = read(tmp_path, "item_id,name\na,A\n\ufeffitem_id,name\nb,B\n")
    assert (good, other) == ((2, {"item_id": "a", "name": "A"}), (4, {"item_id": "b", "name": "B"}))
    assert str(bad).endswith(":3: is the line of column names again")


def test_a_delimiter_at_the_end_of_a_line_is_no_column(tmp_path: Path) -> None:
    expected = {"item_id": "a", "name": "A"}
    assert read(tmp_path, "item_id;name\na;A;\n") == [(2, expected)]
    assert read(tmp_path, "item_id;name;\na;A\nb;B;\n")[0] == (2, expected)


def test_zstd_is_understood_and_a_cut_is_told(tmp_path: Path) -> None:
    content = b"item_id\n" + b"".join(b"%d\n" % n for n in range(50000))
    packed = zstd.compress(content)
    assert len(read(tmp_path, packed)) == 50000
    last = read(tmp_path, packed[:-5])[-1]
    assert isinstance(last, Rejection)
    assert "the compressed file is broken from here on" in last.reason


def open_events(
    path: Path, options: ReadOptions = DEFAULTS
) -> tuple[list[Line | Rejection], Source]:
    found = open_source(str(path), EVENTS, options)
    rows = list(found.rows)
    found.close()
    return rows, found


def test_ndjson_is_read_as_text(tmp_path: Path) -> None:
    path = tmp_path / "events.ndjson"
    path.write_text(
        '{"user": 1, "item_id": "a", "value": 2.5, "location": {"type": "Point",'
        ' "coordinates": [13, 45]}}\n\nnot json\n[1]\n'
    )
    rows, _ = open_events(path, ReadOptions({"user_id": "user"}))
    assert rows[0] == (
        1,
        {
            "user_id": "1",
            "item_id": "a",
            "value": "2.5",
            "location": '{"type": "Point", "coordinates": [13, 45]}',
        },
    )
    faults = [(r.line, r.reason.partition(":")[0]) for r in rows if isinstance(r, Rejection)]
    assert faults == [(3, "is not JSON"), (4, "is not a JSON object")]


def test_rejects_can_be_read_again(tmp_path: Path) -> None:
    row = {"user_id": "ann", "item_id": "a", "timestamp": "noon"}
    rejection = Rejection("x.csv", 3, "timestamp", "is no time", row)
    path = tmp_path / "rejects.ndjson"
    path.write_text(json.dumps(asdict(rejection)) + "\n")
    assert open_events(path, ReadOptions({"user_id": "theirs"}))[0] == [(1, row)]


def test_a_reject_with_fields_too_many_is_one_until_it_is_corrected(tmp_path: Path) -> None:
    (rejection,) = read(tmp_path, "item_id,name\na,Joe's,Bar\n")
    assert isinstance(rejection, Rejection)
    (again,) = read(tmp_path, json.dumps(asdict(rejection)))
    assert isinstance(again, Rejection)
    assert again.row == rejection.row
    assert str(again).endswith(": has more fields than columns, still: see '…'")


def test_what_mongodb_wraps_is_read(tmp_path: Path) -> None:
    line = '{"item_id": {"$oid": "64a"}, "n": {"$numberLong": "7"}, "at": {"$date": "2026-05-01"}}'
    assert read(tmp_path, line) == [(1, {"item_id": "64a", "n": "7", "at": "2026-05-01"})]


def test_parquet_of_other_writers_is_read_as_text(tmp_path: Path) -> None:
    far = pyarrow.array([0, 2**60], pyarrow.timestamp("us"))
    tags = pyarrow.array([{"x": 1}, None], pyarrow.map_(pyarrow.string(), pyarrow.int64()))
    table = pyarrow.table({"item_id": [b"a", "b\u00e9".encode()], "tags": tags, "far": far})
    rows = read(tmp_path, written(table))
    assert rows == [
        (1, {"item_id": "a", "tags": '{"x": 1}', "far": "1970-01-01 00:00:00.000000"}),
        (2, {"item_id": "bé", "tags": "", "far": "<value out of range: 1152921504606846976>"}),
    ]


def written(table: pyarrow.Table) -> bytes:
    file = io.BytesIO()
    parquet.write_table(table, file)
    return file.getvalue()


def test_parquet_is_read_as_text(tmp_path: Path) -> None:
    at = datetime(2026, 5, 1, 12, tzinfo=UTC)
    table = pyarrow.table(
        {"user_id": [1, 2], "item_id": ["a", None], "timestamp": [at, at], "extra": [True, None]}
    )
    parquet.write_table(table, tmp_path / "events.parquet")
    rows, found = open_events(tmp_path / "events.parquet")
    assert rows == [
        (1, {"user_id": "1", "item_id": "a", "timestamp": at.isoformat(), "extra": "true"}),
        (2, {"user_id": "2", "item_id": "", "timestamp": at.isoformat(), "extra": ""}),
    ]
    assert list(found.notes.unknown) == ["extra"]


def test_columns_without_names_are_told_or_guessed_with_a_remark(tmp_path: Path) -> None:
    path = tmp_path / "events.tsv"
    path.write_text("ann\ta\t2026-05-01T12:00:00Z\n")
    guessed, source = open_events(path)
    told, _ = open_events(path, ReadOptions(columns=("user_id", "item_id", "timestamp")))
    assert (
        guessed
        == told
        == [(1, {"user_id": "ann", "item_id": "a", "timestamp": "2026-05-01T12:00:00Z"})]
    )
    assert [remark.partition("; ")[2] for remark in source.notes.remarks] == [
        "its columns are taken as user_id, item_id, timestamp"
    ]


def test_more_columns_without_names_have_to_be_told(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text("ann,a,2026-05-01T12:00:00Z,5\n")
    with pytest.raises(
        InputError, match="name its 4 columns with --columns, like --columns user_id,"
    ):
        open_events(path)


def test_an_encoding_that_does_not_exist_is_named(tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_text("user_id,item_id,timestamp\n")
    with pytest.raises(InputError, match="'klingon' is no encoding of text"):
        open_events(tmp_path / "events.csv", ReadOptions(encoding="klingon"))


def test_patterns_stand_for_files_in_order(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv", "[x].csv"):
        (tmp_path / name).touch()
    found = expand([str(tmp_path / "?.csv"), str(tmp_path / "[x].csv"), "-"])
    assert [Path(name).name for name in found] == ["a.csv", "b.csv", "[x].csv", "-"]
    with pytest.raises(InputError, match=r"No file matches .*\*\.tsv"):
        expand([str(tmp_path / "*.tsv")])


SIGNS = st.characters(codec="utf-8", exclude_characters="\0")


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(SIGNS | st.sampled_from('",\n'), min_size=1)))
def test_whatever_csv_can_write_is_read_back(tmp_path: Path, names: list[str]) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["item_id", "name"])
    writer.writerows([["x", name] for name in names])
    path = tmp_path / "items.csv"
    path.write_text(text.getvalue(), newline="")
    found = entries(path, ITEMS, ReadOptions(nulls=()))
    rows = [entry[1] for entry in found if not isinstance(entry, Rejection)]
    assert [row["name"] for row in rows] == [name.strip() for name in names]


def entries(path: Path, table: Table, options: ReadOptions = DEFAULTS) -> list[Line | Rejection]:
    found = open_source(str(path), table, options)
    with closing(found):
        return list(found.rows)


def remarks(path: Path, table: Table, options: ReadOptions = DEFAULTS) -> list[str]:
    found = open_source(str(path), table, options)
    with closing(found):
        deque(found.rows, maxlen=0)
        return found.notes.told(path.name)


def write(folder: Path, content: str, name: str = "data.csv") -> Path:
    path = folder / name
    path.write_text(content, newline="")
    return path


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.sampled_from("ab \"'") | SIGNS, max_size=8), min_size=1, max_size=20))
def test_between_tabs_no_quote_of_a_row_eats_another(tmp_path: Path, names: list[str]) -> None:
    tidy = [" ".join(name.split()) for name in names]
    rows = "".join(f"{n}\tx{name}\t{name}\ty\n" for n, name in enumerate(tidy))
    path = write(tmp_path, "item_id\tcategory\tname\ttags\n" + rows)
    found = entries(path, ITEMS, ReadOptions(nulls=()))
    loaded = [(n, entry[1]["item_id"]) for n, entry in enumerate(found) if isinstance(entry, tuple)]
    assert loaded == [(n, str(n)) for n in range(len(names))]
    plain = entries(path, ITEMS, ReadOptions(nulls=(), quoted=False))
    assert [entry[1]["name"] for entry in plain if isinstance(entry, tuple)] == tidy


def test_a_quote_that_closes_lines_later_eats_no_rows(tmp_path: Path) -> None:
    rows = '1\t"Great Shows\tMusical\n2\tQuiet\tDrama\n3\tLoud\tAction\n4\tCats"\tMusical\n'
    path = write(tmp_path, "item_id\tname\tcategory\n" + rows)
    names = [entry[1]["name"] for entry in entries(path, ITEMS) if isinstance(entry, tuple)]
    assert names == ['"Great Shows', "Quiet", "Loud", 'Cats"']
    path.write_text(path.read_text().replace("\t", ","))
    first, *others = entries(path, ITEMS)
    assert isinstance(first, Rejection)
    assert (first.line, first.reason) == (2, "opens a quote that it does not close")
    names = [entry[1]["name"] for entry in others if isinstance(entry, tuple)]
    assert names == ["Quiet", "Loud", 'Cats"']


def test_texts_of_several_lines_are_told(tmp_path: Path) -> None:
    rows = 'a,"one, two\nthree, four\nfive",x\nb,B,\n'
    path = write(tmp_path, "item_id,description,name\n" + rows)
    found = entries(path, ITEMS)
    assert [entry[0] for entry in found if isinstance(entry, tuple)] == [2, 5]
    told = "data.csv: 1 rows span 3 lines, within quotes; if these quotes are signs like others"
    assert remarks(path, ITEMS) == [f"{told}, say --no-quotes"]


def test_a_field_goes_on_after_its_quote_as_it_stands(tmp_path: Path) -> None:
    path = write(tmp_path, 'item_id,name\na,"odd owl" singer\nb,"Heroes"\nc,"Tor, B" y\n')
    *rows, last = entries(path, ITEMS)
    assert [entry[1]["name"] for entry in rows if isinstance(entry, tuple)] == [
        '"odd owl" singer', "Heroes"
    ]  # fmt: skip
    assert isinstance(last, Rejection)
    assert last.reason.startswith("is not a row")


def test_one_column_serves_twice_and_several_make_a_path(tmp_path: Path) -> None:
    path = write(tmp_path, "game,department,type,day,hour\nChess,Toys,Board,2026-05-01,12:00\n")
    options = ReadOptions(
        {"item_id": "game", "name": "game", "category": "department / type", "tags": "type/day"}
    )
    assert entries(path, ITEMS, options) == [
        (2, {
            "item_id": "Chess", "department": "Toys", "type": "Board", "day": "2026-05-01",
            "hour": "12:00", "name": "Chess",
            "category": "Toys > Board", "tags": "Board;2026-05-01",
        })
    ]  # fmt: skip
    options = ReadOptions({"item_id": "game", "timestamp": "day/hour"}, {"user_id": "me"})
    (row,) = entries(path, EVENTS, options)
    assert isinstance(row, tuple)
    assert (row[1]["timestamp"], row[1]["user_id"]) == ("2026-05-01 12:00", "me")


def test_a_record_without_a_part_of_a_path_has_the_rest_of_it(tmp_path: Path) -> None:
    lines = '{"item_id": "a", "department": "Food"}\n{"item_id": "b", "type": "Pizza", "x": 1}\n'
    rows, found = source(tmp_path, lines, category="department/type")
    assert rows == [
        (1, {"item_id": "a", "category": "Food"}),
        (2, {"item_id": "b", "category": "Pizza", "x": "1"}),
    ]
    assert list(found.notes.unknown) == ["x"]


@pytest.mark.parametrize("name", ["events.csv", "events.ndjson"])
def test_a_files_own_column_wins_over_a_shared_renaming(tmp_path: Path, name: str) -> None:
    row = {"id": "9", "user_id": "ann", "item_id": "a", "timestamp": "2026-05-01T12:00Z"}
    text = ",".join(row) + "\n" + ",".join(row.values()) + "\n"
    path = write(tmp_path, json.dumps(row) if name.endswith("ndjson") else text, name)
    renamed = {"item_id": "id"}
    (entry,) = entries(path, EVENTS, ReadOptions(renamed, shared=True))
    assert isinstance(entry, tuple)
    assert entry[1] == row
    (entry,) = entries(path, EVENTS, ReadOptions(renamed))
    assert isinstance(entry, tuple)
    assert (entry[1]["item_id"], entry[1]["their item_id"]) == ("9", "a")


def test_a_shared_renaming_that_does_not_count_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, "id,user_id,item_id,timestamp\n9,ann,a,2026-05-01T12:00Z\n")
    told = remarks(path, EVENTS, ReadOptions({"item_id": "id"}, {"user_id": "me"}, shared=True))
    assert [remark.partition(" has ")[2] for remark in told] == [
        "a column item_id of its own; --map item_id=id does not count there",
        "a column user_id of its own; --set user_id=me counts where it is empty",
    ]
    with pytest.raises(
        InputError, match=r"no table has a column 'itme_id'.*Did you mean 'item_id'"
    ):
        open_source(str(path), EVENTS, ReadOptions({"itme_id": "id"}, shared=True))
    with pytest.raises(InputError, match="has no column 'knd'; it has: id, user_id"):
        open_source(str(path), EVENTS, ReadOptions({"kind": "knd"}, shared=True))


def test_a_constant_fills_what_is_missing_or_empty(tmp_path: Path) -> None:
    path = write(tmp_path, "item_id,name\na,\nb,NULL\nc,C\n")
    options = ReadOptions(constants={"name": "Thing", "category": "Goods"})
    found = [entry[1] for entry in entries(path, ITEMS, options) if isinstance(entry, tuple)]
    assert [(row["name"], row["category"]) for row in found] == [
        ("Thing", "Goods"), ("Thing", "Goods"), ("C", "Goods")
    ]  # fmt: skip
    with pytest.raises(InputError, match="--set colour=red: items have no column 'colour'"):
        open_source(str(path), ITEMS, ReadOptions(constants={"colour": "red"}))


@pytest.mark.parametrize("header", ["item_id,name,name", "item_id,name, name", "item_id,x,y,x"])
def test_a_column_that_is_there_twice_is_named(tmp_path: Path, header: str) -> None:
    with pytest.raises(InputError, match=r"has the column '(name|x)' twice: the columns 2 .* and"):
        open_source(str(write(tmp_path, header + "\n")), ITEMS, DEFAULTS)


def test_a_key_that_is_there_twice_is_named(tmp_path: Path) -> None:
    rows = '{"item_id": "a", "name": "A", "name": "B"}\n{"item_id": "a", " name": 1, "name": 2}\n'
    first, second = entries(write(tmp_path, rows), ITEMS)
    assert isinstance(first, Rejection)
    assert first.reason == "has the key 'name' twice"
    assert isinstance(second, Rejection)
    assert "has the column 'name' twice" in second.reason


def test_keys_that_are_not_used_are_told_as_columns_are(tmp_path: Path) -> None:
    rows = '{"item_id": "a", "lat": 1, "lng": 2}\n{"item_id": "b", "Category": "Bar", "lon": 3}\n'
    found = open_source(str(write(tmp_path, rows)), ITEMS, DEFAULTS)
    assert [entry[1] for entry in found.rows if isinstance(entry, tuple)] == [
        {"item_id": "a", "latitude": "1", "longitude": "2"},
        {"item_id": "b", "Category": "Bar", "longitude": "3"},
    ]
    found.close()
    assert list(found.notes.unknown) == ["Category"]


def test_texts_that_stand_for_nothing_are_told(tmp_path: Path) -> None:
    path = write(tmp_path, "item_id,name,category\na,NULL,\\N\nb,Namibia,NA\n")
    found = [entry[1] for entry in entries(path, ITEMS) if isinstance(entry, tuple)]
    assert [(row["name"], row["category"]) for row in found] == [("", ""), ("Namibia", "")]
    assert remarks(path, ITEMS) == [
        r"data.csv: taken for nothing (see --null): NULL (1), \N (1), NA (1)"
    ]
    kept = entries(path, ITEMS, ReadOptions(nulls=("-",)))
    assert [entry[1]["name"] for entry in kept if isinstance(entry, tuple)] == ["NULL", "Namibia"]


@pytest.mark.parametrize("name", ["a.csv", "a.ndjson"])
def test_a_line_that_is_too_long_costs_no_other(tmp_path: Path, name: str) -> None:
    long = "x" * 1_500_000
    rows = [("a", "A"), ("b", long), ("c", "C")]
    text = "item_id,name\n" + "".join(f"{one},{other}\n" for one, other in rows)
    if name.endswith("ndjson"):
        text = "".join(json.dumps({"item_id": one, "name": other}) + "\n" for one, other in rows)
    path = write(tmp_path, text, name)
    first, second, third = entries(path, ITEMS, ReadOptions(max_line=1))
    assert isinstance(second, Rejection)
    assert second.reason == "is longer than 1 MB (see --max-line)"
    assert isinstance(first, tuple)
    assert isinstance(third, tuple)
    assert third[0] - first[0] == 2
    assert isinstance(entries(path, ITEMS)[1], tuple)


def test_a_line_that_does_not_end_is_left(tmp_path: Path) -> None:
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"item_id\na\n" + b"x" * 80_000_000, 1))
    tracemalloc.start()
    *rows, last = entries(path, ITEMS, ReadOptions(max_line=1))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rows == [(2, {"item_id": "a"})]
    assert isinstance(last, Rejection)
    assert "does not end within 64 MB: the rest is not read" in last.reason
    assert most < 20_000_000
    path.write_bytes(gzip.compress(b"x" * 3_000_000))
    with pytest.raises(InputError, match=r"The first line of .* is longer than 1 MB"):
        open_source(str(path), ITEMS, ReadOptions(max_line=1))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("item_id\n".encode("utf-16"), "is text in UTF-16; say --encoding utf-16"),
        ("item_id\n".encode("utf-16-be"), "is it in --encoding utf-16-be"),
        (b"\0" * 10_000, "is no text in utf-8: it has zero bytes."),
        (b"PK\x03\x04 and so on", "is a zip archive or a workbook, not text"),
        (b"\x1f\x8b broken", "is broken"),
        (b"\x1f\x8b\x08\xff", "is broken"),
        (b"\x28\xb5\x2f\xfd broken", "is broken"),
        (b'[{"item_id": "a"}]', "is a list of JSON; write one object a line"),
    ],
)
def test_a_file_that_is_no_text_of_rows_is_said(
    tmp_path: Path, content: bytes, complaint: str
) -> None:
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(InputError) as caught:
        open_source(str(tmp_path / "a"), ITEMS, DEFAULTS)
    assert complaint in str(caught.value)


def test_utf_16_is_read_when_told_and_its_faults_are_rejections(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    options = ReadOptions(encoding="utf-16")
    path.write_bytes("item_id\nä\n".encode("utf-16"))
    assert entries(path, ITEMS, options) == [(2, {"item_id": "ä"})]
    path.write_bytes("item_id\nä\n".encode("utf-16") + b"\x00\xd8\x20")
    last = entries(path, ITEMS, options)[-1]
    assert isinstance(last, Rejection)
    assert "the text is in another encoding from here on" in last.reason


@pytest.mark.parametrize("name", ["x" * 300, "x" * 5000, "[" + "x" * 5000 + "]", "a\0b", "\ud800"])
def test_a_name_that_no_file_can_have_is_said(name: str) -> None:
    with pytest.raises(InputError) as caught:
        [open_source(path, ITEMS, DEFAULTS) for path in expand([name])]
    assert len(str(caught.value)) < 300


def test_zones_by_coordinates_need_their_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "timezonefinder", None)
    zones.finder.cache_clear()
    path = write(tmp_path, "user_id,item_id,timestamp\n")
    with pytest.raises(InputError, match=r"pip install 'chronotope\[timezones\]'"):
        open_source(str(path), EVENTS, ReadOptions(zones_from_coordinates=True))


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (ReadOptions(time_formats=("%Q",)), "--time-format '%Q' is no pattern"),
        (ReadOptions(time_formats=("%H:%M",)), "'%H:%M' has to tell year, month and day"),
        (ReadOptions(time_formats=("%Y",)), "has to tell year, month and day"),
        (ReadOptions(time_formats=("%d/%m/%Y",), time_unit="s"), "not both"),
        (ReadOptions({"item_id": "x"}, format="movielens"), "knows its columns; leave out --map"),
        (
            ReadOptions(timezone=ZoneInfo("EST")),
            "'EST' is no time zone that Python and Neo4j agree on",
        ),
        (
            ReadOptions(local_timezone=ZoneInfo("MST")),
            "'MST' is no time zone that Python and Neo4j agree on",
        ),
        (ReadOptions(encoding="rot13"), "is no encoding of text"),
        (ReadOptions(encoding="a\0b"), "is no encoding of text"),
    ],
)
def test_options_that_cannot_be_used_are_said_before_a_file_is_opened(
    options: ReadOptions, complaint: str
) -> None:
    with pytest.raises(InputError) as caught:
        open_source("nowhere", EVENTS, options)
    assert complaint in str(caught.value)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_any_bytes_are_rows_rejections_or_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a"
    for beginning in (
        b"",
        b"item_id,name\n",
        b'{"item_id": "a"}\n',
        b"\x1f\x8b",
        b"\x28\xb5\x2f\xfd",
    ):
        path.write_bytes(beginning + content)
        with suppress(InputError):
            entries(path, ITEMS)


def test_a_long_text_is_not_kept_in_memory_nor_told(tmp_path: Path) -> None:
    path = write(tmp_path, "item_id,active\na," + "x" * 1_000_000 + "\n")
    heard: list[Rejection] = []
    summary = loading.load(None, ITEMS, [str(path)], watch=loading.Watch(heard.append))
    assert len(heard[0].row["active"]) == 1_000_000
    (kept,) = summary.rejections
    assert len(kept.row["active"]) < 11_000
    assert len(str(kept)) < 600


def test_long_texts_make_short_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chronotope.loading.loader._BATCH_SIGNS", 10_000)
    rows = "".join(f"{n},{'x' * 3000}\n" for n in range(10))
    path = write(tmp_path, "item_id,name\n" + rows)
    sizes: list[int] = []

    def sink(rows: Sequence[Row]) -> dict[int, RowError]:
        sizes.append(len(rows))
        return {}

    loading.read_into(sink, ITEMS, [str(path)], DEFAULTS, loading.Watch())
    assert sizes == [4, 4, 2]


@pytest.mark.parametrize(
    ("columns", "first", "later"),
    [
        ("value", "-1", "-2"),
        ("latitude,longitude", "-1,5", "-2,5"),
        ("place,zone", "x,UTC", ",UTC"),
    ],
)
def test_an_event_that_is_told_otherwise_is_no_repetition(
    tmp_path: Path, columns: str, first: str, later: str
) -> None:
    event = "ann,a,2026-05-01T12:00:00Z"
    path = tmp_path / "events.csv"
    path.write_text(
        f"user_id,item_id,timestamp,{columns}\n{event},{first}\n{event},{later}\n{event},{later}\n"
    )
    summary = loading.load(None, EVENTS, [str(path)])
    assert (summary.loaded, summary.updated, summary.duplicate) == (1, 1, 1)


def test_moments_around_1970_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text("user_id,item_id,timestamp,event_id\nann,a,-1,e\nann,a,-2,e\n")
    summary = loading.load(None, EVENTS, [str(path)], ReadOptions(time_unit="ms"))
    assert (summary.loaded, summary.rejected) == (1, 1)
