"""The one way in which tables are made: text of users is shown as it is, and never drives rich."""

import json
from collections.abc import Collection, Iterable, Sequence
from unicodedata import category

from rich.console import OverflowMethod
from rich.table import Table
from rich.text import Text

_JOINERS = "\u200c\u200d"  # within words of some scripts, and within emoji


def table(
    headings: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    right: Collection[str] = (),
    wrap: bool = True,
    header: bool = True,
) -> Table:
    """Return a table; None is an empty cell.

    The columns of `right` hold numbers: they stand to the right and do not break. Without `wrap`
    no cell does: what is too wide for the terminal is cropped. Else all of it is shown.
    """
    result = Table(box=None, pad_edge=False, header_style="bold", show_header=header)
    for heading in headings:
        result.add_column(
            Text(printable(heading)),
            justify="right" if heading in right else "left",
            no_wrap=heading in right,
        )
    overflow: OverflowMethod = "fold" if wrap else "ellipsis"
    for row in rows:
        texts = ("" if cell is None else printable(str(cell)) for cell in row)
        result.add_row(*(Text(text, no_wrap=not wrap, overflow=overflow) for text in texts))
    return result


def printable(text: str, keep: str = "") -> str:
    """Escape control characters, which could drive a terminal, but for those to `keep`."""
    return "".join(sign if sign in keep or _is_harmless(sign) else _written(sign) for sign in text)


def printable_json(text: str) -> str:
    """Escape them in JSON, as it does: what is read from it is the same."""
    return "".join(
        sign if sign == "\n" or _is_harmless(sign) else json.dumps(sign)[1:-1] for sign in text
    )


def _written(sign: str) -> str:
    return ascii(sign)[1:-1]


def _is_harmless(sign: str) -> bool:
    return sign.isprintable() or sign in _JOINERS or category(sign) == "Zs"
