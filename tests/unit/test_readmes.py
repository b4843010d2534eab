"""The two READMEs show the same commands, examples, figures and links."""

import re
from itertools import zip_longest
from pathlib import Path

import pytest

import chronotope

ROOT = Path(__file__).resolve().parents[2]
ENGLISH, CHINESE = (
    (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh.md")
)
INNER = {"graph", "open", "open_later"}  # of the client, for the command line
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])


def blocks(text: str) -> list[str]:
    """Return what stands in fences, without comments, whose language is the page's."""
    fenced = re.findall(r"```\w+\n.*?```", text, re.DOTALL)
    return [re.sub(r" +# .*", "", block) for block in fenced]


def test_both_show_the_same_blocks() -> None:
    for one, other in zip_longest(blocks(ENGLISH), blocks(CHINESE), fillvalue=""):
        assert one == other, f"README.md and README.zh.md differ:\n{one}\n{other}"


def test_both_name_the_same_code() -> None:
    """What stands between backquotes and is no sentence: commands, columns, options."""
    one, other = (
        set(re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL)))
        for text in (ENGLISH, CHINESE)
    )
    assert one - other == set()
    assert other - one <= {'reasons("zh")', "scheme"}


def test_both_have_the_same_figures() -> None:
    one, other = (re.findall(r"\| ([\d.,]+) (?=\|)", text) for text in (ENGLISH, CHINESE))
    assert one == other


def test_both_link_to_the_same_pages() -> None:
    one, other = (re.findall(r"\]\(([^)]+)\)", text) for text in (ENGLISH, CHINESE))
    assert one[1:] == other[1:]
    assert (one[0], other[0]) == ("README.zh.md", "README.md")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_method_that_a_page_calls_is_one_of_the_client(page: Path) -> None:
    called = set(re.findall(r"\b(?:client|Client)\.(\w+)\b", page.read_text(encoding="utf-8")))
    lost = sorted(name for name in called if not hasattr(chronotope.Client, name))
    assert not lost, f"{page.name} calls methods that a client has not: {', '.join(lost)}."


def test_the_python_page_names_every_method_of_the_client() -> None:
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    public = {name for name in dir(chronotope.Client) if not name.startswith("_")}
    lost = sorted(name for name in public - INNER if not re.search(rf"\b{name}\b", page))
    assert not lost, f"docs/python.md does not name: {', '.join(lost)}."
