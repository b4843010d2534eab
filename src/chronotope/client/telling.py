"""The part of the client that tells what goes on."""

from datetime import datetime

from chronotope import language as languages
from chronotope.client import explaining
from chronotope.client.asking import Asking
from chronotope.client.told import Trend, Trending
from chronotope.client.values import (
    DEFAULT_K,
    Coordinates,
    check_count,
    moment_or_now,
    native,
    point_or_none,
    without_none,
)
from chronotope.errors import InputError

_FEW_WEEKS = 3


class Telling(Asking):
    """What compares what is with what usually is."""

    def trending(
        self,
        *,
        at: datetime | None = None,
        hours: float = 24,
        here: Coordinates | None = None,
        within: float | None = None,
        place: str | None = None,
        interest: str | None = None,
        only: str | None = None,
        k: int = DEFAULT_K,
    ) -> Trending:
        """Tell which items have more events lately than they have at this time of the week.

        Lately is in the last `hours` before `at`, a week at most. `within` are metres around
        `here`, by default 2000; `place` is the name of a place, for graphs without coordinates.
        `interest` is a name or an id, and narrower ones count; `only` 'places' have a location,
        'goods' have none.

        Raises InputError for a place or an interest that there is not, and for other hours.
        """
        check_count(k)
        if within is not None and here is None:
            raise InputError("'within' needs a place: give 'here'.")
        graph, moment = self._migrated, moment_or_now(at)
        if place is not None:
            explaining.check_place(graph, place)
        narrowed = None if interest is None else languages.find_interest(graph, interest)
        around = point_or_none(here)
        request = {"hours": hours, "within": within, "place": place, "only": only, "k": k}
        rows = Trend.of_all(
            graph.read(
                "recommend.trending",
                {
                    **request,
                    "at": moment,
                    "here": around,
                    "interest": narrowed["id"] if narrowed else None,
                },
            )
        )
        return Trending(
            at=moment,
            request=without_none({**request, "here": native(around), "interest": interest}),
            rows=rows,
            remarks=_on_trends(rows, hours),
        )


def _on_trends(rows: tuple[Trend, ...], hours: float) -> tuple[str, ...]:
    if not rows:
        nothing = (
            f"Nothing had many more events in the last {hours:g} hours, by two people or more, "
            "than at that time of the week before."
        )
        return (nothing,)
    if (weeks := rows[0].weeks) < _FEW_WEEKS:
        known = {0: "no earlier week", 1: "one earlier week"}.get(weeks, f"{weeks} earlier weeks")
        return (f"What is usual is told by {known} alone, and by the mean of all items.",)
    return ()
