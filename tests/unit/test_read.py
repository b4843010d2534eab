import csv
import gzip
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chronotope.errors import InputError
from chronotope.loading.columns import ITEMS, Options
from chronotope.loading.read import Source, open_source
from chronotope.loading.rejection import Line, Rejection


def read(folder: Path, content: str | bytes, **renamed: str) -> list[Line | Rejection]:
    return source(folder, content, **renamed)[0]


def source(
    folder: Path, content: str | bytes, **renamed: str
) -> tuple[list[Line | Rejection], Source]:
    path = folder / "items.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    found = open_source(str(path), ITEMS, Options(renamed))
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
        open_source(str(tmp_path / "none.csv"), ITEMS, Options())


def test_a_file_that_was_cut_off_is_named_with_its_line(tmp_path: Path) -> None:
    content = gzip.compress(b"item_id\n" + b"".join(b"%d\n" % n for n in range(50000)))
    *rows, last = read(tmp_path, content[: len(content) // 2])
    assert len(rows) > 20000
    assert isinstance(last, Rejection)
    assert last.line == len(rows) + 2
    assert "the compressed file is broken from here on" in last.reason


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)))
def test_whatever_csv_can_write_is_read_back(tmp_path: Path, names: list[str]) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["item_id", "name"])
    writer.writerows([["x", name] for name in names])
    found = read(tmp_path, text.getvalue())
    rows = [entry[1] for entry in found if not isinstance(entry, Rejection)]
    assert [row["name"] for row in rows] == [name.strip() for name in names]
