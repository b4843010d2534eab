"""Options of what is allowed to be recommended: one set, for each command that recommends."""

import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import click

from chronotope.cli.options import only_option
from chronotope.cli.params import Parsed, parse_pair
from chronotope.errors import InputError

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def parse_span(text: str) -> timedelta:
    """Parse a span of time, like `12h` or `7d`."""
    found = re.fullmatch(r"(\d{1,6})([mhdw])", text.strip())
    if not found or not int(found[1]):
        raise InputError(f"'{text}' is no span of time; write it like 30m, 12h, 7d or 2w.")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def parse_where(text: str) -> dict[str, Any]:
    """Parse `NAME=VALUE`, `NAME=VALUE,VALUE…` or `NAME=MIN..MAX`, of which one may lack."""
    ((name, value),) = parse_pair(text).items()
    least, dots, most = value.partition("..")
    if dots:
        bounds = {"min": _value(least), "max": _value(most)}
        return {name: {key: bound for key, bound in bounds.items() if bound != ""}}
    values = [_value(one) for one in value.split(",")]
    return {name: values if len(values) > 1 else values[0]}


def _value(text: str) -> str | int | float | bool:
    """Return a number or a truth value as such: as `load items --keep` does."""
    text = text.strip()
    if text in ("true", "false"):
        return text == "true"
    if re.fullmatch(r"-?(0|[1-9]\d{0,17})", text):
        return int(text)
    if re.fullmatch(r"-?(0|[1-9]\d{0,17})\.\d+", text):
        return float(text)
    return text


def _listed(
    context: click.Context, parameter: click.Parameter, given: Iterable[str]
) -> list[str] | None:
    del context, parameter
    return list(given) or None


def _merged(
    context: click.Context, parameter: click.Parameter, given: Iterable[dict[str, Any]]
) -> dict[str, Any] | None:
    del context, parameter
    return {name: value for pair in given for name, value in pair.items()} or None


_SPAN = Parsed("SPAN", parse_span)
_WHERE = Parsed("NAME=VALUE", parse_where)
_OPTIONS = (
    only_option,
    click.option("--item", "items", multiple=True, callback=_listed, help="Rank these only."),
    click.option("--exclude", multiple=True, callback=_listed, help="An item that is not wanted."),
    click.option(
        "--interest", "interests", multiple=True, callback=_listed, help="Only about this one."
    ),
    click.option(
        "--not-interest", "not_interests", multiple=True, callback=_listed, help="None about it."
    ),
    click.option("--within", type=float, metavar="M", help="At most so many metres from --here."),
    click.option("--unseen-for", type=_SPAN, help="Not what was shown in this span, like 7d."),
    click.option(
        "--where",
        type=_WHERE,
        multiple=True,
        callback=_merged,
        help="A property of items: brand=Acme, size=S,M or price=10..50.",
    ),
    click.option(
        "--session", multiple=True, callback=_listed, help="An item as the user's latest event."
    ),
    click.option("--diversity", type=float, metavar="0..1", help="How little it repeats itself."),
    click.option("--per-category", type=int, metavar="N", help="At most so many of a category."),
)


def control_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options; they come as the keywords of `Client.recommend`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
