"""Write the pages of docs/ that say what the code itself says: queries, features and commands.

    python scripts/docs.py [--check]

The queries and their features come from the headers in cypher/, the commands from click. With
`--check` nothing is written; a page that is not as it would be written is an error.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import click

from chronotope import catalogue
from chronotope.catalogue import Query
from chronotope.cli.main import cli

PAGES = Path(__file__).resolve().parents[1] / "docs"
NOTE = "<!-- Written by scripts/docs.py from {source}; change those, then run it. -->"
FORMULAS = (
    "In the formulas"  # how the paragraph of a header begins that says what is short for what
)
WIDTH = 100


def main() -> None:
    """Write the pages, or with `--check` say which of them are not up to date."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    pages = {
        "queries.md": queries_page(catalogue.load()),
        "features.md": features_page(catalogue.load().values()),
        "cli.md": commands_page(cli),
    }
    if not arguments.check:
        for name, text in pages.items():
            (PAGES / name).write_text(text, encoding="utf-8")
        return
    stale = [
        name
        for name, text in pages.items()
        if not (PAGES / name).exists() or (PAGES / name).read_text(encoding="utf-8") != text
    ]
    for name in stale:
        print(f"docs/{name} is not what the code says; run: python scripts/docs.py")
    sys.exit(bool(stale))


def queries_page(queries: Mapping[str, Query]) -> str:
    """Return the page of all queries: what each does, takes and returns."""
    return _page(
        "The queries",
        "the headers in cypher/",
        "A file `cypher/recommend/discover.cypher` is the query `recommend.discover`: one Cypher\n"
        "statement that any client can run. `chronotope query show NAME` prints it, and\n"
        "`chronotope query run NAME --param KEY=VALUE` runs one that reads,\n"
        "with `--write` one that changes the graph ([roles.md](roles.md)). A parameter with a\n"
        "default is optional: give null, and the query applies the default. Those that are for\n"
        "every client say so: `chronotope migrate apply` publishes them in the graph,\n"
        "`chronotope query export` writes them into a folder, and those of them that read are\n"
        "procedures of [the plugin](plugin.md). The others are the product's own and may change.",
        _contents(queries.values()),
        (part for query in queries.values() for part in _query(query)),
    )


def features_page(queries: Iterable[Query]) -> str:
    """Return the page of the features of all recommendation queries."""
    return _page(
        "The features",
        "the headers in cypher/",
        "A feature is a number that a recommendation query computes of a candidate item for a\n"
        "user. The fusion model turns all features into the score ([fusion.md](fusion.md)). The\n"
        "part is that of U = f(G, T, L): G the interest graph, T time and place, L language. The\n"
        "weight of a feature with + is never negative: more of it is never a reason against the\n"
        "candidate. One with z is normalised by what it is of the request's other candidates.\n"
        "A feature that cannot be computed is null and counts as its mean.",
        (part for query in queries if query.features for part in _features(query)),
    )


def commands_page(group: click.Group) -> str:
    """Return the page of all commands with the help of each, as `--help` prints it."""
    settings = {**group.context_settings, "terminal_width": WIDTH}
    root = click.Context(group, info_name="chronotope", **settings)
    return _page(
        "The commands",
        "click",
        "What `chronotope COMMAND --help` prints.",
        (part for context in _commands(root) for part in _command(context)),
    )


def _page(title: str, source: str, *parts: str | Iterable[str]) -> str:
    texts = [part for given in parts for part in ([given] if isinstance(given, str) else given)]
    head = [f"# {title}", NOTE.format(source=source)]
    return "\n\n".join([*head, *filter(None, texts)]) + "\n"


def _contents(queries: Iterable[Query]) -> str:
    rows = [
        [f"[`{query.name}`](#{_anchor(query.name)})", query.mode, query.summary]
        for query in queries
    ]
    return _table(["query", "mode", "what it does"], rows)


def _query(query: Query) -> Iterator[str]:
    yield f"## {query.name}"
    yield query.doc
    if query.public and query.mode == "read":
        yield f"Of [the plugin](plugin.md): `{query.call}`"
    elif query.public:
        yield "For every client: a text alone, for it writes."
    if query.parameters:
        rows = [
            [
                f"`{parameter.name}`",
                f"`{parameter.type}`",
                "required" if parameter.default is None else f"`{parameter.default}`",
                parameter.doc,
            ]
            for parameter in query.parameters
        ]
        yield _table(["parameter", "type", "default", "what it says"], rows)
    if query.returns:
        yield _table(
            ["column", "type"], [[f"`{name}`", f"`{kind}`"] for name, kind in query.returns]
        )
    if query.features:
        yield f"Its features: [features.md](features.md#{_anchor(query.name)})."


def _features(query: Query) -> Iterator[str]:
    yield f"## {query.name}"
    yield query.summary
    yield from (part for part in query.doc.split("\n\n") if part.startswith(FORMULAS))
    rows = [
        [
            f"`{feature.name}`",
            f"{feature.group}{'+' * feature.rising}{'z' * feature.relative}",
            feature.formula,
            feature.source,
        ]
        for feature in query.features
    ]
    yield _table(["feature", "part", "formula", "source"], rows)


def _commands(context: click.Context) -> Iterator[click.Context]:
    """Yield a context for each command that does something, in the order of the help."""
    group = context.command
    if not isinstance(group, click.Group):
        yield context
        return
    if context.parent is None or group.invoke_without_command:
        yield context
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is not None and not command.hidden:
            yield from _commands(click.Context(command, context, name, terminal_width=WIDTH))


def _command(context: click.Context) -> Iterator[str]:
    yield f"## {context.command_path}"
    yield f"```text\n{context.get_help()}\n```"


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    cells = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    lines = [head, ["---"] * len(head), *cells]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _anchor(heading: str) -> str:
    """Return the anchor that a heading gets."""
    return "".join(c for c in heading.lower().replace(" ", "-") if c.isalnum() or c in "-_")


if __name__ == "__main__":
    main()
