"""What people type becomes values; what cannot is wrong usage in a sentence."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click
import pytest
from click.testing import CliRunner

from chronotope import client
from chronotope.cli import options, params
from chronotope.cli.options import at_option, here_option, hours_option, k_option
from chronotope.loading import Limit


@pytest.mark.parametrize(
    ("type_", "text", "value"),
    [
        (params.MOMENT, "2026-01-02T03:04", datetime(2026, 1, 2, 3, 4, tzinfo=UTC)),
        (params.POINT, "40.5,-73.5", (40.5, -73.5)),
        (params.HOURS, "22-2", (22, 23, 0, 1)),
        (params.HOURS, "8:00-9:00", (8,)),
        (params.ZONE, "Asia/Shanghai", ZoneInfo("Asia/Shanghai")),
        (params.PAIR, "item_id = venue", {"item_id": "venue"}),
        (params.PAIRS, "a=b, c = d", {"a": "b", "c": "d"}),
        (params.LIMIT, "100", Limit(rows=100)),
        (params.LIMIT, "2.5%", Limit(share=0.025)),
    ],
)
def test_text_becomes_a_value(type_: params.Parsed, text: str, value: object) -> None:
    assert type_.convert(text, None, None) == value
    assert type_.convert(value, None, None) == value


@pytest.mark.parametrize(
    ("type_", "texts", "sentence"),
    [
        (params.MOMENT, ["noon", ""], "is not a moment; write it like 2026-11-25T18:30:00+01:00."),
        (params.POINT, ["91,0", "0,181", "here", "1;2", "1,2,3", "nan,0"], "is not a place"),
        (params.HOURS, ["8", "8-8", "24-2", "a-b"], "are no hours of the day"),
        (params.ZONE, ["Mars", "../x"], "is no time zone"),
        (params.PAIR, ["x", "=y", "x="], "is not KEY=VALUE, like item_id=venue."),
        (params.LIMIT, ["-1", "few", "1.5", "nan%", "%"], "is neither a number of rows nor a sha"),
    ],
)
def test_what_is_no_value_is_refused(type_: params.Parsed, texts: list[str], sentence: str) -> None:
    for text in texts:
        with pytest.raises(click.BadParameter, match=re.escape(f"'{text}' {sentence}")):
            type_.convert(text, None, None)


def test_a_command_gets_values_and_wrong_ones_are_wrong_usage() -> None:
    given: dict[str, Any] = {}

    @click.command()
    @at_option
    @here_option
    @hours_option
    @k_option()
    def command(**values: Any) -> None:
        given.update(values)

    run: Callable[..., Any] = CliRunner().invoke
    assert run(command, ["--at", "2026-01-02", "--here", "1,2"]).exit_code == 0
    assert given == {
        "at": datetime(2026, 1, 2, tzinfo=UTC), "here": (1.0, 2.0), "hours": None, "k": 20
    }  # fmt: skip
    wrong = run(command, ["--here", "0,999"])
    assert wrong.exit_code == 2
    assert "Invalid value for '--here': '0,999' is not a place; write" in wrong.output
    assert "--hours FROM-UNTIL" in run(command, ["--help"]).output


def test_there_is_one_default_of_how_many() -> None:
    assert options.DEFAULT_K == client.DEFAULT_K
