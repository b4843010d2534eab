"""The one way in which tables are made: text of users is shown as it is, and never drives rich."""

from collections.abc import Collection, Iterable, Sequence
from unicodedata import category

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
    no cell does: what is too wide for the terminal is cropped.
    """
    result = Table(box=None, pad_edge=False, header_style="bold", show_header=header)
    for heading in headings:
        result.add_column(
            Text(printable(heading)),
            justify="right" if heading in right else "left",
            no_wrap=heading in right,
        )
    for row in rows:
        texts = ("" if cell is None else printable(str(cell)) for cell in row)
        result.add_row(*(Text(text, no_wrap=not wrap, overflow="ellipsis") for text in texts))
    return result


def printable(text: str) -> str:
    """Escape control characters, which could drive a terminal."""
    return "".join(sign if _is_harmless(sign) else ascii(sign)[1:-1] for sign in text)


def _is_harmless(sign: str) -> bool:
    return sign.isprintable() or sign in _JOINERS or category(sign) == "Zs"
