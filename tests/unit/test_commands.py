"""The command line as a whole: what it imports, and what its help says."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from chronotope.cli import main, session

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


def test_the_help_says_of_each_command_what_the_command_says() -> None:
    context = click.Context(main.cli)
    for name, summary in main.COMMANDS.items():
        command = main.cli.get_command(context, name)
        assert command is not None
        assert command.help is not None
        assert summary == " ".join(command.help.partition("\n\n")[0].split()), name
        assert command.name == name


@pytest.mark.parametrize("name", main.COMMANDS)
def test_an_example_keeps_its_line(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main([name, "--help"]) == 0
    shown = capsys.readouterr().out
    assert "\\b" not in shown
    assert "\b" not in shown


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
    session.print_remarks(["[dim]a\x1b[2J"])
    with session.progress_bar("[red]x", steps=True) as progress:
        progress("[b]reading", 0, None)
    shown = capsys.readouterr()
    assert shown.out == "[red]Café[/red] :smile:\n"
    assert shown.err == "[dim]a\\x1b[2J\n[b]reading\n"
