"""Options that several commands have, each under one name, with one default and one help text.

They are decorators; a command gets `at`, `here`, `hours`, `only`, `k`, `overwrite`, `encrypt`,
`people` and `as_json`.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from chronotope.cli.params import HOURS, MOMENT, POINT, WEEKDAYS

Command = TypeVar("Command", bound=Callable[..., Any])

DEFAULT_K = 20

at_option = click.option("--at", type=MOMENT, help="The moment (ISO 8601); default: now.")
here_option = click.option("--here", type=POINT, help="Where the user is.")
hours_option = click.option("--hours", type=HOURS, help="Only at these local hours, like 18-22.")
weekdays_option = click.option(
    "--weekdays", type=WEEKDAYS, help="Only on these local weekdays, like 1-5; 1 is Monday."
)
interest_option = click.option("--interest", help="By name or id; narrower ones count.")
span_option = click.option(
    "--span",
    type=click.FloatRange(0, 36_500, min_open=True),
    metavar="DAYS",
    help="Only the last days before --at; default: all.",
)
resolution_option = click.option(
    "--resolution",
    type=click.IntRange(4, 9),
    default=8,
    show_default=True,
    help="Of H3: 9 is about 0.1 km², 8 is 0.7 km², 7 is 5 km².",
)
min_users_option = click.option(
    "--min-users",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    help="Nothing is told of fewer people.",
)
geojson_option = click.option("--geojson", "as_geojson", is_flag=True, help="Print GeoJSON.")
only_option = click.option(
    "--only", type=click.Choice(["places", "goods"]), help="With or without a location."
)
overwrite_option = click.option(
    "--overwrite", is_flag=True, help="Replace a file that is written and exists already."
)
encrypt_option = click.option(
    "--encrypt",
    is_flag=True,
    help="Encrypt what is written: by CHRONOTOPE_PASSPHRASE, else by the keys, else it is asked.",
)
people_option = click.option(
    "--people", is_flag=True, help="Name people too: members of communities and who is key to them."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


def k_option(help_: str = "How many.", most: int | None = 1000) -> Callable[[Command], Command]:
    """Return `-k`: how many rows are shown."""
    return click.option(
        "-k", type=click.IntRange(1, most), default=DEFAULT_K, show_default=True, help=help_
    )
