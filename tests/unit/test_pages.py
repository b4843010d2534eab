"""What the pages say of files, queries, commands and floors is true."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import click
import pytest

from chronotope import catalogue
from chronotope.cli.main import cli

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("docs/decisions/*.md")])
SOURCES = (ROOT, ROOT / "src" / "chronotope")


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_path_of_a_page_exists(page: Path) -> None:
    text = text_of(page)
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text)
    local = [link for link in links if not re.match(r"\w+:", link)]
    lost = [f"{page.name} links to {link}." for link in local if not (page.parent / link).exists()]
    paths = re.findall(r"`([\w.*/-]+/[\w.*-]*\.(?:py|cypher|md|ipynb|toml|ya?ml))`", text)
    paths += re.findall(
        r"`((?:src|cypher|migrations|tests|scripts|benchmarks|docker|docs)/[\w./*-]*)`", text
    )
    lost += [
        f"{page.name} names {path}."
        for path in paths
        if "TOPIC" not in path
        and not any(list(source.glob(path.rstrip("/"))) for source in SOURCES)
    ]
    assert not lost, "\n".join(["There is no such path:", *sorted(set(lost))])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_query_of_a_page_is_in_the_catalogue(page: Path) -> None:
    queries = catalogue.load()
    topics = "|".join({name.partition(".")[0] for name in queries})
    named = set(re.findall(rf"`((?:{topics})\.[a-z_]+)`", text_of(page)))
    files = (".py", ".md", ".parquet")
    lost = sorted(name for name in named if name not in queries and not name.endswith(files))
    assert not lost, f"{page.name} names queries that there are not: {', '.join(lost)}."


def commands(page: Path) -> Iterator[list[str]]:
    """Yield the arguments of every command of ours that a page shows; one for each of `a|b`."""
    text = text_of(page)
    lines = [
        part
        for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL)
        for line in re.findall(r"^\$ (.*(?:\\\n.*)*)", block, re.MULTILINE)
        for part in re.split(r"&&|\|\|?|;|>", line.replace("\\\n", " "))
    ]
    lines += re.findall(r"`(chronotope [^`]+)`", text)
    for line in lines:
        words = shlex.split(re.sub(r"[…\[\]]|>.*", "", line), comments=True)
        if words[:1] == ["chronotope"] and words[1:2] != ["COMMAND"]:
            yield from map(list, product(*(word.split("|") for word in words[1:])))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_command_of_a_page_is_one(page: Path) -> None:
    for arguments in commands(page):
        try:
            parse(arguments)
        except click.UsageError as problem:
            pytest.fail(f"{page.name}: chronotope {' '.join(arguments)}: {problem.message}")


def parse(arguments: list[str]) -> None:
    """Parse as click does, but take every value for a good one."""
    command: click.Command | None = cli
    context, name = None, "chronotope"
    while command is not None:
        context = click.Context(command, context, name, **command.context_settings)
        if isinstance(command, click.Group) and command.get_command(context, arguments[0]):
            name, *arguments = arguments
            command = command.get_command(context, name)
            if not arguments:
                return
            continue
        _, arguments, _ = command.make_parser(context).parse_args(list(arguments))
        if not arguments:
            return
        if not isinstance(command, click.Group):
            raise click.UsageError(f"'{arguments[0]}' is too much.")
        name, *arguments = arguments
        command = command.get_command(context, name)
    raise click.UsageError(f"There is no command '{name}'.")


def test_the_floors_of_the_page_are_those_that_import_linter_checks() -> None:
    settings = tomllib.loads(text_of(ROOT / "pyproject.toml"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    floors = [
        sorted(room.rpartition(".")[2].strip() for room in layer.split("|")) for layer in layers
    ]
    page = text_of(ROOT / "docs" / "architecture.md")
    drawn = [sorted(rooms.split(" · ")) for rooms in re.findall(r'f\d+\["(.+?)"\]', page)]
    assert drawn == floors, "docs/architecture.md draws other floors than pyproject.toml has."
    table = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", page, re.MULTILINE)
    rooms = [room for cell in table for room in re.findall(r"`(\w+)`", cell)]
    assert sorted(rooms) == sorted(room for floor in floors for room in floor)
