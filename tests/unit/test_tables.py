"""Tables show the text of users as it is."""

import io

from rich.console import Console

from chronotope.cli.tables import printable, table


def shown(width: int, **options: object) -> list[str]:
    rows = [("[red]Café[/red] :smile:", 1.5), (None, "\x1b[2J")]
    console = Console(file=io.StringIO(), width=width)
    console.print(table(("name", "n"), rows, right=("n",), **options))  # type: ignore[arg-type]
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_text_is_neither_markup_nor_a_command_to_the_terminal() -> None:
    assert shown(60) == [
        "name                           n",
        "[red]Café[/red] :smile:      1.5",
        "                         \\x1b[2J",
    ]


def test_what_is_too_wide_is_cropped_where_cells_do_not_break() -> None:
    assert shown(20, wrap=False, header=False)[0] == "[red]Café[…      1.5"


def test_blanks_and_joiners_of_other_scripts_stay() -> None:
    assert printable("茶\u3000馆 می\u200cخواهم\u2028\x00") == (
        "茶\u3000馆 می\u200cخواهم\\u2028\\x00"
    )
