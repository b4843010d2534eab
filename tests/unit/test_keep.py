"""Columns of items that are kept as they are: `load items --keep`."""

import json
import math
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chronotope.errors import InputError
from chronotope.loading import validate
from chronotope.loading.columns import ITEMS, OWN_PROPERTIES, ReadOptions
from chronotope.loading.read import open_source, row_source
from chronotope.loading.text import as_kept, kept

KEPT = {
    "price": [9.9, 5, "007", "9.90", None, True],
    "tags_of_ours": [["a", "b"], [1, 2.5], [], ["x", 1], {"a": 1}, "[1, 2]"],
}
AS_KEPT = {
    "price": [9.9, 5, "007", "9.90", None, True],
    "tags_of_ours": [["a", "b"], [1.0, 2.5], [], '["x", 1]', '{"a": 1}', "[1, 2]"],
}


def kept_of(rows: Iterable[Any]) -> list[dict[str, Any]]:
    found = []
    for _, row in rows:
        properties = validate.item(row, ("price", "tags_of_ours"))["properties"]
        found.append(properties)
    return found


@pytest.mark.parametrize("kind", ["rows", "ndjson", "frame"])
def test_columns_that_are_kept_keep_their_types(tmp_path: Path, kind: str) -> None:
    options = ReadOptions(keep=("price", "tags_of_ours"))
    ids = [str(n) for n in range(6)]
    records = [
        {"item_id": name, **{column: values[n] for column, values in KEPT.items()}}
        for n, name in enumerate(ids)
    ]
    if kind == "ndjson":
        path = tmp_path / "i.ndjson"
        path.write_text("".join(json.dumps(record) + "\n" for record in records))
        source = open_source(str(path), ITEMS, options)
    else:
        frame = pytest.importorskip("pandas").DataFrame(records, dtype=object)
        source = row_source("rows", frame if kind == "frame" else records, ITEMS, options)
    found = kept_of(source.rows)
    source.close()
    assert found == [{c: values[n] for c, values in AS_KEPT.items()} for n in range(6)]
    assert [type(row["price"]) for row in found] == [type(v) for v in AS_KEPT["price"]]
    assert source.notes.unknown == {}


def test_of_text_a_kept_column_is_a_number_where_it_is_written_as_one(tmp_path: Path) -> None:
    path = tmp_path / "i.csv"
    texts = ["9.90", "007", "true", "True", "-3", "1e3", "1_000", "", "[1, 2]", "9" * 30, "A"]
    path.write_text("item_id|price\n" + "".join(f"{n}|{t}\n" for n, t in enumerate(texts)))
    source = open_source(str(path), ITEMS, ReadOptions(keep=("price",)))
    found = [row["price"] for row in kept_of(source.rows)]
    source.close()
    assert found == [9.9, "007", True, "True", -3, 1000.0, "1_000", None, [1, 2], "9" * 30, "A"]
    assert isinstance(found[4], int)


@pytest.mark.parametrize(
    ("keep", "renamed", "said"),
    [
        (
            ("pric",),
            {},
            "has no column 'pric' to keep; it has: item_id, price. Did you mean 'price",
        ),
        (("name",), {}, "--keep name: chronotope has that name of items for itself"),
        (("taste",), {}, "--keep taste: chronotope has that name of items for itself"),
        (("lat",), {}, "--keep lat: chronotope has that name"),
        (("price",), {"name": "price"}, "--keep price: the column serves as name already"),
    ],
)
def test_what_cannot_be_kept_is_told(
    tmp_path: Path, keep: tuple[str, ...], renamed: dict[str, str], said: str
) -> None:
    path = tmp_path / "i.csv"
    path.write_text("item_id,price\na,1\n")
    with pytest.raises(InputError, match=re.escape(said)):
        open_source(str(path), ITEMS, ReadOptions(keep=keep, renamed=renamed))


@settings(max_examples=200)
@given(value=st.one_of(st.text(), st.integers(), st.floats(allow_nan=False), st.booleans()))
def test_whatever_is_kept_is_read_back(value: Any) -> None:
    text = as_kept(value)
    expected = value.strip() or None if isinstance(value, str) else value
    found = kept(text)
    if not isinstance(value, str) and found != expected:
        assert not math.isfinite(value) or abs(value) >= 2**63
    else:
        assert (found, type(found)) == (expected, type(expected))


def test_names_of_items_are_those_of_the_graph_model() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "graph-model.md").read_text("utf-8")
    own = page.partition("### `Item`")[2].partition("###")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", own, re.MULTILINE)) <= set(OWN_PROPERTIES)
