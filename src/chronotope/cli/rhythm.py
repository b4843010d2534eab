"""`chronotope rhythm`: when somebody or something is where, and what stands out."""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from chronotope.cli.options import (
    at_option,
    interest_option,
    json_option,
    k_option,
    min_users_option,
    resolution_option,
)
from chronotope.cli.session import Target, out, print_json, print_remarks
from chronotope.cli.tables import table

if TYPE_CHECKING:
    from chronotope.client import Forecast, Rhythm

_SHADES = " ▁▂▃▄▅▆▇█"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_TOLD = 10  # of what stands out; --json has all


@click.command()
@click.argument("user", required=False)
@interest_option
@click.option("--cell", help="A hexagon of H3, or place:NAME.")
@click.option("--all", "everyone", is_flag=True, help="Of everyone.")
@click.option("--week", is_flag=True, help="By the 168 hours of the week, not the 24 of the day.")
@click.option("--next", "next_week", is_flag=True, help="With a forecast of the coming week.")
@at_option
@click.option(
    "--span",
    type=click.FloatRange(0, 36_500, min_open=True),
    default=30.0,
    show_default=True,
    metavar="DAYS",
    help="Of the two spans that drift compares.",
)
@resolution_option
@min_users_option
@k_option()
@json_option
@click.pass_obj
def rhythm(
    target: Target,
    user: str | None,
    interest: str | None,
    cell: str | None,
    everyone: bool,
    week: bool,
    next_week: bool,
    at: datetime | None,
    span: float,
    resolution: int,
    min_users: int,
    k: int,
    as_json: bool,
) -> None:
    """Show when USER, an interest, a cell or everyone is where, and what stands out.

    Intensities of 24 hours by places of a user, else by cells. Below them: hours with more events
    than all people's hours let expect, what places are to a user, periods, interests that rose or
    fell, and unusual days; each with what chance alone would do. --next forecasts the coming week
    by hour, and tells its error beside that of last week's value (extra `analysis`).

    \b
    Example:  chronotope rhythm resident-001 --at 2026-06-30
    Example:  chronotope rhythm --interest Coffee --week --next
    """
    with target.client() as client:
        answer = client.rhythm(
            user, interest=interest, cell=cell, everyone=everyone, week=week,
            next_week=next_week, at=at, span=span, resolution=resolution, min_users=min_users, k=k,
        )  # fmt: skip
    print_remarks(answer.remarks)
    if as_json:
        print_json(answer.to_dict())
        return
    _print_places(answer)
    if answer.week:
        most = max(answer.week)
        out.print("the week by hour")
        for day, name in enumerate(_DAYS):
            out.print(f"  {name}  {_bars(answer.week[24 * day : 24 * day + 24], most)}")
    _print_standing_out(answer)
    if answer.forecast:
        _print_forecast(answer.forecast)


def _print_places(answer: "Rhythm") -> None:
    most = max((max(place.hours) for place in answer), default=0.0)
    rows = (
        (
            place.name,
            f"{place.weight:.1%}",
            _bars(place.hours, most),
            " ".join(_bars(place.weekdays, max(place.weekdays))),
            f"{place.events:,}",
        )
        for place in answer
    )
    headings = ("place", "weight", "0     6     12    18    ", "M T W T F S S", "events")
    if answer:
        out.print(table(headings, rows, right=("weight", "events"), wrap=False))


def _print_standing_out(answer: "Rhythm") -> None:
    _print_part(
        "key times",
        ("when", "events", "expected", "strength", "q"),
        (
            (
                f"{_DAYS[time.weekday - 1] + ' ' if time.weekday else ''}{time.hour:02}:00",
                f"{time.events:,}",
                f"{time.expected:.1f}",
                f"{time.strength:.1f}",
                f"{time.q:.2g}",
            )
            for time in answer.key_times[:_TOLD]
        ),
    )
    _print_part(
        "key places",
        ("place", "role", "events", "days", "weeks", "nights", "work"),
        (
            (
                place.name or place.id,
                place.role,
                f"{place.events:,}",
                f"{place.days:,}",
                f"{place.weeks:,}",
                f"{place.nights:.0%}",
                f"{place.work:.0%}",
            )
            for place in answer.key_places[:_TOLD]
        ),
    )
    _print_part(
        "periods",
        ("days", "correlation", "chance"),
        (
            (f"{period.days}", f"{period.correlation:.2f}", f"{period.bound:.2f}")
            for period in answer.periods[:_TOLD]
        ),
    )
    _print_part(
        "drift",
        ("interest", "before", "after", "ratio", "from", "to", "q"),
        (
            (
                change.name,
                f"{change.before:,}",
                f"{change.after:,}",
                *(
                    "∞" if x is None else f"{x:.2f}"
                    for x in (change.ratio, change.low, change.high)
                ),
                f"{change.q:.2g}",
            )
            for change in answer.drift[:_TOLD]
        ),
    )
    _print_part(
        "unusual days",
        ("day", "events", "expected", "surprise", "q"),
        (
            (
                day.day.isoformat(),
                f"{day.events:,}",
                f"{day.expected:.1f}",
                f"{day.surprise:+.1f}",
                f"{day.q:.2g}",
            )
            for day in answer.anomalies[:_TOLD]
        ),
    )


def _print_part(title: str, headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    given = list(rows)
    if given:
        out.print(f"\n{title}")
        texts = (headings[0], "role")
        right = [heading for heading in headings if heading not in texts]
        out.print(table(headings, given, right=right))


def _print_forecast(forecast: "Forecast") -> None:
    out.print("\nthe coming week by hour")
    most = max(hour.expected for hour in forecast)
    for day in range(0, len(forecast), 24):
        hours = forecast[day : day + 24]
        events = sum(hour.expected for hour in hours)
        shades = _bars([hour.expected for hour in hours], most)
        out.print(f"  {hours[0].start.date().isoformat()}  {shades}  {events:,.1f} events")
    if forecast.absolute is None:
        out.print("Too few weeks are known to tell the error.")
        return
    out.print(
        f"mean error per hour over {forecast.weeks} held-out weeks: {forecast.absolute:.3f}, of "
        f"last week's value {forecast.absolute_last_week:.3f}; root mean square "
        f"{forecast.squared:.3f} and {forecast.squared_last_week:.3f}; {forecast.covered:.1%} of "
        "hours within the interval of 95 %"
    )


def _bars(values: Sequence[float], most: float) -> str:
    top = len(_SHADES) - 1
    return "".join(_SHADES[math.ceil(value * top / most) if most else 0] for value in values)
