"""The command line as a whole: what it imports, and what its help says."""

import inspect
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from chronotope import server
from chronotope.cli import main, session
from chronotope.client import Client
from chronotope.config import Connection
from chronotope.errors import InputError

_HEAVY = ("h3", "jgo", "neo4j", "numpy", "pyarrow", "requests", "scipy", "torch")


@pytest.mark.parametrize("command", ["--help", "--version", "query list", "server status"])
def test_what_needs_no_graph_imports_neither_driver_nor_scipy(command: str, tmp_path: Path) -> None:
    program = (
        "import sys; from chronotope.cli.main import main; code = main(sys.argv[1:]); "
        f"print(code, [name for name in {_HEAVY} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *command.split()],
        env={**os.environ, "CHRONOTOPE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == "0 []\n"
    assert done.stdout


def test_a_shell_completes_without_a_server_or_what_takes_long(tmp_path: Path) -> None:
    program = (
        "import atexit, sys, time; begin = time.process_time(); "
        "from chronotope.cli.main import main; atexit.register(lambda: print(["
        f"name for name in {_HEAVY} if name in sys.modules], time.process_time() - begin, "
        "file=sys.stderr)); main([])"
    )

    def complete(*words: str) -> list[str]:
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={
                **os.environ,
                "CHRONOTOPE_HOME": str(tmp_path),
                "NEO4J_URI": "bolt://127.0.0.1:9",
                "_CHRONOTOPE_COMPLETE": "bash_complete",
                "COMP_WORDS": " ".join(("chronotope", *words)),
                "COMP_CWORD": str(len(words)),
            },
            capture_output=True,
            text=True,
            check=True,
        )
        heavy, _, seconds = done.stderr.rpartition(" ")
        assert heavy == "[]"
        assert float(seconds) < 1
        return [line.partition(",")[2] for line in done.stdout.splitlines()]

    assert complete("rec") == ["record", "recommend"]
    assert complete("--cred") == ["--credentials"]
    assert complete("--demo", "server", "st") == ["start", "status", "stop"]
    assert complete("recommend", "ann", "--only", "") == ["places", "goods"]
    assert complete("explain", "ann", "cafe", "--ta") == ["--task"]
    assert complete("query", "show", "recommend.n") == ["recommend.new_items", "recommend.next"]
    assert list(tmp_path.iterdir()) == []


def test_a_shell_reads_the_local_servers_password_to_the_letter(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    here = Connection("bolt://127.0.0.1:7687", "neo4j", "it's $HOME; `x`\\n", "neo4j")
    standing = server.Status(Path("home"), here, 1)
    monkeypatch.setattr(server, "status", {server.DEMO: standing}.__getitem__)
    assert main.main(["--demo", "server", "env"]) == 0
    told = capsys.readouterr().out + 'printf %s "$NEO4J_PASSWORD"'
    assert subprocess.check_output(["/bin/sh", "-c", told], text=True) == here.password


def test_the_help_says_of_each_command_what_the_command_says() -> None:
    context = click.Context(main.cli)
    for name, summary in main.COMMANDS.items():
        command = main.cli.get_command(context, name)
        assert command is not None
        assert command.help is not None
        assert summary == " ".join(command.help.partition("\n\n")[0].split()), name
        assert command.name == name


def leaves(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        for name in command.list_commands(context := click.Context(command)):
            child = command.get_command(context, name)
            assert child is not None
            yield from leaves(child, (*path, name))


@pytest.mark.parametrize("path", list(leaves(main.cli)), ids=" ".join)
def test_an_example_keeps_its_line(
    path: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main([*path, "--help"]) == 0
    shown = capsys.readouterr().out
    assert "\\b" not in shown
    assert "\b" not in shown
    examples = [line for line in shown.splitlines() if "Example:" in line]
    assert all(line.startswith("  Example:  chronotope ") for line in examples)
    assert all(line.count("Example:") == 1 for line in examples)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["recommend", "ann", "--at", "noon"], "'noon' is not a moment"),
        (["tags", "ann", "--at", ""], "'' is not a moment"),
        (["recommend", "ann", "--here", "nan,0"], "'nan,0' is not a place"),
        (["recommend", "ann", "--here", "48.2"], "'48.2' is not a place"),
        (["evaluate", "next", "--cut", "2026-02-30"], "'2026-02-30' is not a moment"),
        (["evaluate", "next", "--cut", "2026-02-01", "--until", "x"], "'x' is not a moment"),
        (["learn", "next", "--as-of", "x"], "'x' is not a moment"),
        (["train-encoder", "folder", "--cut", "x"], "'x' is not a moment"),
        (["audience", "tea", "--near", "0,181"], "'0,181' is not a place"),
        (["audience", "tea", "--hours", "25-26"], "'25-26' are no hours"),
        (
            ["query", "run", "profile.tags", "--param", "user=a", "--param", "at=noon"],
            "'noon' is not a moment",
        ),
        (["--demo", "--uri", "bolt://x:1", "tags", "a"], "--demo has a server of its own; leave"),
        (["--demo", "--database", "x", "tags", "a"], "leave --database out"),
        (["--uri", "bolt://x:1", "demo"], "`chronotope demo` has a server of its own; leave --uri"),
        (["--username", "x", "server", "status"], "leave --username out"),
    ],
)
def test_wrong_values_and_conflicts_are_wrong_usage(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(arguments) == 2
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.out == ""


@pytest.mark.parametrize("module", ["click", "chronotope.cli.session", "rich.console", "neo4j"])
def test_an_interrupt_is_told_however_early_it_comes(module: str, tmp_path: Path) -> None:
    """While a module is being imported, of which some make other errors of an interrupt."""
    program = f"""
import builtins, os, signal, sys
real, asked = builtins.__import__, []
def interrupted(name, *given, **more):
    if name == {module!r} and not asked:
        asked.append(name)
        os.kill(os.getpid(), signal.SIGINT)
    return real(name, *given, **more)
builtins.__import__ = interrupted
from chronotope.cli.start import run
raise SystemExit(run())
"""
    done = subprocess.run(
        [sys.executable, "-c", program, "search", "tea"],
        env={**os.environ, "CHRONOTOPE_HOME": str(tmp_path), "NEO4J_URI": "bolt://127.0.0.1:1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr.strip()) == (130, "", "Interrupted.")


def test_an_error_that_an_interrupt_became_is_told_as_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def search(*given: object, **more: object) -> None:
        del given, more
        try:
            raise KeyboardInterrupt
        finally:
            raise InputError("what was cut off is broken")

    monkeypatch.setattr("chronotope.client.Client.search", search)
    assert main.main(["search", "tea"]) == 130
    assert capsys.readouterr().err == "Interrupted.\n"


def test_a_command_that_there_is_not_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["recomend"]) == 2
    assert "No such command 'recomend'" in capsys.readouterr().err


def test_a_wide_table_of_a_pipe_is_not_cut(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["query", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(len(line.rstrip()) > 100 for line in lines)
    assert main.main(["query", "list", "--json"]) == 0
    assert '"queries": [' in capsys.readouterr().out


def test_text_is_printed_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    session.out.print("[red]Café[/red] :smile:")
    session.out.print("one line\nand \u202eanother\x9b2J")
    session.print_remarks(["[dim]a\x1b[2J"])
    with session.progress_bar("[red]x", steps=True) as progress:
        progress("[b]reading\x1b]0;x\x07", 0, None)
    session.print_json({"name": "\x1b[2J\u202e\x9b\ud800\U000e0001茶"})
    shown = capsys.readouterr()
    json_, escapes = (
        shown.out.partition("{")[2],
        '"\\u001b[2J\\u202e\\u009b\\ud800\\udb40\\udc01茶"',
    )
    assert shown.out.startswith("[red]Café[/red] :smile:\none line\nand \\u202eanother\\x9b2J\n")
    assert escapes in json_
    assert shown.err == "[dim]a\\x1b[2J\n[b]reading\\x1b]0;x\\x07\n"


def test_a_command_means_by_default_what_its_method_means() -> None:
    of_the_table_alone = {("hotspots", "k"), ("gaps", "k")}
    in_days = {("evaluate live", "within")}
    compared, differing = 0, set()
    for path in leaves(main.cli):
        command: click.Command = main.cli
        for name in path:
            assert isinstance(command, click.Group)
            found = command.get_command(click.Context(command), name)
            assert found is not None
            command = found
        names = ["_".join(words).replace("-", "_") for words in (path, path[-1:])]
        method = next(filter(None, (getattr(Client, name, None) for name in names)), None)
        keywords = inspect.signature(method).parameters if method else {}
        for option in command.params:
            keyword = keywords.get(option.name or "")
            default = option.to_info_dict()["default"]
            if keyword is None or keyword.default is inspect.Parameter.empty or default is None:
                continue
            is_flag = isinstance(option, click.Option) and option.is_flag
            if is_flag and keyword.default is None:  # not to be said is False there
                continue
            compared += 1
            if default != keyword.default:
                differing.add((" ".join(path), option.name))
    assert differing == of_the_table_alone | in_days
    assert compared > 60
