"""Hostile texts where no graph is needed: a value or a sentence, and nothing drives a terminal."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import click
import pytest
from fuzz_doors import commands_a_terminal
from fuzz_files import PARSERS
from hostile import FRAGMENTS, Hostile
from hypothesis import given, settings
from hypothesis import strategies as st

from chronotope import catalogue, config, loading, outputs
from chronotope.adoption import read_mapping
from chronotope.cli.session import _Stream, json_of
from chronotope.cli.tables import table
from chronotope.errors import ChronotopeError, InputError, shortened
from chronotope.language.question import lucene, parse
from chronotope.streaming.messages import Message
from chronotope.streaming.reader import Reader

TEXTS = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=5), max_size=6).map("".join)
ROWS = st.dictionaries(
    st.sampled_from(loading.EVENTS.columns) | TEXTS, TEXTS | st.integers() | st.none(), max_size=8
)
UNTIL = round(datetime(2027, 1, 1, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize("number", range(len(PARSERS)))
def test_an_argument_is_a_value_or_refused_in_a_sentence(number: int) -> None:
    @settings(deadline=None)
    @given(TEXTS)
    def check(text: str) -> None:
        try:
            PARSERS[number](text)
        except (ChronotopeError, click.UsageError) as problem:
            assert str(problem)  # noqa: PT017  a value is as good

    check()


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_tables_and_lines_show_texts_and_do_not_obey_them(text: str, other: str) -> None:
    stream, console = StringIO(), _Stream()
    console.file = stream
    console.print(table((text,), [(other,)], wrap=False))
    console.print(text, other, soft_wrap=True)
    assert not commands_a_terminal(stream.getvalue())


@settings(deadline=None)
@given(TEXTS)
def test_json_says_a_text_and_holds_no_command_to_a_terminal(text: str) -> None:
    told = json_of({text: [text]})
    joined = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    assert json.loads(told) == {joined: [joined]}
    assert not commands_a_terminal(told)


@settings(deadline=None)
@given(st.lists(ROWS.map(json.dumps) | TEXTS, max_size=5))
def test_a_message_of_a_stream_is_a_row_or_rejected_with_a_reason(lines: list[str]) -> None:
    messages = [
        Message("s", n, line.encode("utf-8", "surrogatepass"))
        for n, line in enumerate(lines, start=1)
    ]
    batch = Reader("s", loading.ReadOptions()).read(messages, UNTIL)
    rejected = [rejection for _, rejection in batch.rejected]
    assert all(rejection.reason for rejection in rejected)
    assert len(batch.rows) + batch.duplicates + batch.retold + len(rejected) >= len(
        [line for line in lines if line.removeprefix("\ufeff").strip()]  # a mark is no text
    )


@settings(deadline=None, max_examples=200)
@given(TEXTS)
def test_words_of_a_search_hold_no_syntax_of_lucene(text: str) -> None:
    assert re.fullmatch(r'("\w+"( "\w+")*)?', lucene(parse(text).text))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile") / "file"


def test_a_mapping_is_one_or_refused_in_a_sentence(file: Path) -> None:
    @settings(deadline=None)
    @given(TEXTS)
    def check(text: str) -> None:
        for content in (text, f"[users]\nmatch = {text}", f"[users]\nmatch = {json.dumps(text)}"):
            file.write_bytes(content.encode("utf-8", "surrogatepass"))
            with pytest.raises(InputError, match=r"\w"):
                read_mapping(file)  # without [items] it is none

    check()
    for content in (b"a = " + b"[" * 100_000, b"\xff", b"a" + b".a" * 5_000 + b" = 1"):
        file.write_bytes(content)
        with pytest.raises(InputError, match=r"\w"):
            read_mapping(file)


def test_a_statement_of_a_file_has_the_parameters_that_it_names(file: Path) -> None:
    @settings(deadline=None)
    @given(TEXTS)
    def check(text: str) -> None:
        content = text.replace("@mode", "")
        file.write_bytes(content.encode("utf-8", "surrogatepass"))
        try:
            query = catalogue.read_query(file)
        except InputError as problem:
            assert "cannot be read" in str(problem)  # noqa: PT017  a query is as good
        else:
            assert all(f"${parameter.name}" in content for parameter in query.parameters)

    check()


NAMES: list[Callable[[str], Any]] = [
    lambda name: outputs.check_file(Path(name)),
    lambda name: outputs.check_new_folder(Path(name)),
    lambda name: loading.load(None, loading.ITEMS, [name]),
    lambda name: loading.load(None, loading.ITEMS, [f"{name}*"]),
    lambda name: config.connection(credentials=Path(name), environ={}),
    lambda name: catalogue.read_query(Path(name)),
    read_mapping,
]


@pytest.mark.parametrize("name", ["a\0b", "\ud800", "x" * 300, "/dev/null/x"])
@pytest.mark.parametrize("number", range(len(NAMES)))
def test_a_name_that_no_file_has_is_refused_in_a_sentence(name: str, number: int) -> None:
    with pytest.raises(InputError, match=r"cannot be (read|written)|No file matches"):
        NAMES[number](name)


def test_a_sentence_that_repeats_a_megabyte_is_shown_in_part() -> None:
    text = "".join(Hostile(1).texts(200_000, huge=False))
    said = str(InputError(f"'{text}' is no number."))
    assert (len(said), said[-13:]) == (5_001, "' is no number."[2:])
    assert shortened("abcdef", 4) == "ab…ef"


@pytest.mark.parametrize("number", [4, 5, 6])
def test_a_file_that_never_ends_is_refused(number: int) -> None:
    with pytest.raises(InputError, match="is larger than 16 MB"):
        NAMES[number]("/dev/zero")
