"""What properties of somebody's graph seem to mean."""

import tomllib
from typing import Any

import pytest

from chronotope.adoption.guess import _assign, _one_line
from chronotope.adoption.schema import Property, Thing, When, id_of, moment_of, named


def thing(**properties: Any) -> Thing:
    return Thing(
        "Order",
        4,
        4,
        {
            key: Property(key, (types,), len(some), len(set(some)), tuple(some))
            for key, (types, some) in properties.items()
        },
        {},
    )


@pytest.mark.parametrize(
    ("types", "some", "expected"),
    [
        ("ZONED DATETIME", [1], When("at")),
        ("LOCAL DATETIME", [1], When("at", needs_zone=True)),
        ("DATE", [1], When("at")),
        ("STRING", ["2026-01-02T03:04:05Z", "2026-01-02 03:04+01:00"], When("at", is_text=True)),
        ("STRING", ["1996-07-04 00:00:00.000"], When("at", needs_zone=True, is_text=True)),
        (
            "STRING",
            ["1996-07-04 00:00:00.000", "1996-07-05 00:00:00.000", "1996-07-08 00:00:00.000"],
            When("at", None, "%Y-%m-%d 00:00:00.000", True, is_text=True),
        ),
        (
            "STRING",
            [*(f"2026-01-{day}" for day in range(10, 19)), "n/a"],
            When("at", needs_zone=True, is_text=True),
        ),
        (
            "STRING",
            [*(f"{day}/04/2026" for day in range(9, 19)), "?"],
            When("at", None, "%d/%m/%Y", True, False, is_text=True),
        ),
        ("INTEGER", [0, *range(1767225600, 1767225609)], When("at", "s")),
        (
            "STRING",
            ["04/25/2026 10:00"],
            When("at", None, "%m/%d/%Y %H:%M", True, False, is_text=True),
        ),
        ("STRING", ["25/04/2026"], When("at", None, "%d/%m/%Y", True, False, is_text=True)),
        ("INTEGER", [964982703, 1767225600], When("at", "s")),
        ("INTEGER", [1767225600000], When("at", "ms")),
        ("STRING", ["1767225600"], When("at", "s", is_ordered=False, is_text=True)),
        ("INTEGER", [1, 2, 743], None),  # steps
        ("STRING", ["soon"], None),
        ("STRING", [""], None),
    ],
)
def test_a_moment_is_told_by_its_values(types: str, some: list[Any], expected: Any) -> None:
    assert moment_of(thing(at=(types, some))) == expected


def test_of_several_moments_it_is_the_one_that_bears_the_name() -> None:
    order = thing(
        requiredDate=("DATE", [1]),
        orderDate=("DATE", [1]),
        shippedDate=("DATE", [1]),
        x=("DATE", [1]),
    )
    assert moment_of(order, "Order") == When("orderDate")


def test_an_id_is_there_once_for_each() -> None:
    order = thing(
        name=("STRING", list("abcd")), orderID=("STRING", list("abcd")), n=("INTEGER", [1, 1, 1, 1])
    )
    assert id_of(order) == "orderID"
    assert id_of(thing(name=("STRING", list("abcd")))) == "name"
    assert id_of(thing(name=("STRING", list("abc")))) is None
    for key in ("vid", "uid", "cust no", "art_nr", "itemNo", "isbnCode"):
        assert id_of(thing(name=("STRING", list("abcd")), **{key: ("STRING", list("abcd"))})) == key
    assert id_of(thing(name=("STRING", list("abcd")), casino=("STRING", list("abcd")))) == "name"
    assert id_of(thing(id=("INTEGER", [1, 2, 3, 4]), uuid=("STRING", list("abcd")))) == "id"


def test_names_are_found_whatever_their_case() -> None:
    assert named(thing(Product_Name=("STRING", ["a"])), "name", "productname") == "Product_Name"
    assert named(thing(name=("INTEGER", [1])), "name") is None


def test_a_name_in_a_comment_of_a_mapping_begins_no_line_and_drives_no_terminal() -> None:
    assert _one_line("# Labels: a\n[users] \x1b[2J") == r"# Labels: a\n[users] \x1b[2J"
    assert _one_line("match = '''a\nb'''") == "match = '''a\nb'''"


@pytest.mark.parametrize(
    "text", ["a", "a\nb", "a\nb\x1b[2J\x7f\x9b", "'''\n", 'q"\\', "a\r\nb\u2028", "\U0001f600\n"]
)
def test_a_text_is_in_toml_what_it_was(text: str) -> None:
    read = tomllib.loads(_assign("match", text))["match"]
    assert read.rstrip("\n") == text.rstrip("\n")
