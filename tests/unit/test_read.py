import csv
import gzip
import io
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pyarrow
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from chronotope.errors import InputError
from chronotope.loading.columns import DEFAULTS, EVENTS, ITEMS, ReadOptions
from chronotope.loading.files import expand
from chronotope.loading.read import Source, open_source
from chronotope.loading.rejection import Line, Rejection

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
    assert found.unknown == ("colour",)


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
    assert isinstance(others[2], tuple)  # the last line of a file closes with it


def test_quotes_inside_a_name_are_kept(tmp_path: Path) -> None:
    assert read(tmp_path, 'item_id,name\na,Joe "the" Bar\n') == [
        (2, {"item_id": "a", "name": 'Joe "the" Bar'})
    ]


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
        {"user_id": "1", "item_id": "a", "value": "2.5", "location": "45,13"},
    )
    faults = [(r.line, r.reason.partition(":")[0]) for r in rows if isinstance(r, Rejection)]
    assert faults == [(3, "is not JSON"), (4, "is not a JSON object")]


def test_rejects_can_be_read_again(tmp_path: Path) -> None:
    row = {"user_id": "ann", "item_id": "a", "timestamp": "noon"}
    rejection = Rejection("x.csv", 3, "timestamp", "is no time", row)
    path = tmp_path / "rejects.ndjson"
    path.write_text(json.dumps(asdict(rejection)) + "\n")
    assert open_events(path, ReadOptions({"user_id": "theirs"}))[0] == [(1, row)]


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
    assert found.unknown == ("extra",)


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
    assert source.remark is not None
    assert source.remark.endswith("its columns are taken as user_id, item_id, timestamp")


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


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)))
def test_whatever_csv_can_write_is_read_back(tmp_path: Path, names: list[str]) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["item_id", "name"])
    writer.writerows([["x", name] for name in names])
    found = read(tmp_path, text.getvalue())
    rows = [entry[1] for entry in found if not isinstance(entry, Rejection)]
    assert [row["name"] for row in rows] == [name.strip() for name in names]
