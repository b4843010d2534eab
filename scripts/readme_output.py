"""Draw docs/demo.svg from the demo's city, and write what README's example prints into the READMEs.

chronotope demo                     once, so that there is a city
python scripts/readme_output.py
"""

import io
import re
import sys
from contextlib import redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.terminal_theme import MONOKAI

import chronotope
from chronotope import city
from chronotope.cli.recommend import recommendations_table

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "demo.svg"
READMES = (ROOT / "README.md", ROOT / "README.zh.md")
RESIDENT = "resident-001"
END = datetime(2026, 6, 29, tzinfo=UTC)
"""Just after the last event of the city."""
SATURDAY = datetime(2026, 7, 4, 22, 15, tzinfo=ZoneInfo(city.ZONE))
WIDTH = 118
SHOWN = 3

# The example, and what it prints: a block of Python, one of text, nothing but blank lines between.
EXAMPLE = re.compile(r"<!-- example -->\n```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)


def main() -> None:
    """Draw the picture and run the example."""
    with chronotope.connect(demo=True) as client:
        PICTURE.write_text(picture(client), encoding="utf-8")
    for path in READMES:
        path.write_text(with_output(path.read_text(encoding="utf-8")), encoding="utf-8")


def picture(client: chronotope.Client) -> str:
    """Return the answers to three questions as an SVG."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), highlight=False)
    answers = {
        "Saturday, 22:15, in the centre: where next?": client.recommend(
            RESIDENT, at=SATURDAY, here=city.CENTER, only="places", k=SHOWN
        ),
        "which places that are new to them will they like?": client.discover(
            RESIDENT, at=END, only="places", k=SHOWN
        ),
        "which goods?": client.discover(RESIDENT, at=END, only="goods", k=SHOWN),
    }
    for question, answer in answers.items():
        if not answer.known:
            sys.exit("The demo's city is not there; make it first: chronotope demo")
        console.print(f"[bold]{RESIDENT}[/bold], {question}")
        console.print(recommendations_table(answer))
        console.print()
    drawing = console.export_svg(title="chronotope demo", theme=MONOKAI, unique_id="demo")
    # Viewers need no font from elsewhere.
    return re.sub(r"\s*@font-face \{.*?\}", "", drawing, flags=re.DOTALL)


def with_output(text: str) -> str:
    """Return a README with what its example prints today."""
    found = EXAMPLE.search(text)
    if found is None:
        sys.exit("A README has no example: <!-- example -->, a block of Python, a block of text.")
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(compile(found[1], "README", "exec"), {})  # noqa: S102
    return text[: found.start(2)] + printed.getvalue() + text[found.end(2) :]


if __name__ == "__main__":
    main()
