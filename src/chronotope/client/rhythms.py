"""The part of the client that looks at time: rhythms of users, interests, cells and all."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from chronotope import language as languages
from chronotope.analysis import forecast, grid, rhythm, suppression
from chronotope.client import explaining
from chronotope.client.asked import Place
from chronotope.client.describing import Describing
from chronotope.client.mapped import (
    Anomaly,
    Drift,
    Forecast,
    ForecastHour,
    KeyPlace,
    KeyTime,
    Period,
    Rhythm,
)
from chronotope.client.mapping import (
    SMALLEST,
    check_min_users,
    hidden_cells,
    named,
    read_areas,
)
from chronotope.client.values import (
    DEFAULT_K,
    Location,
    check_count,
    moment_or_now,
    native,
)
from chronotope.errors import InputError
from chronotope.statistics import Floats

_SPAN = 30.0  # days of each of two spans that drift compares

Row = dict[str, Any]


class Rhythms(Describing):
    """What looks at time."""

    def rhythm(
        self,
        user: str | None = None,
        *,
        interest: str | None = None,
        cell: str | None = None,
        everyone: bool = False,
        week: bool = False,
        next_week: bool = False,
        at: datetime | None = None,
        span: float = _SPAN,
        resolution: int = grid.DEFAULT_RESOLUTION,
        min_users: int = SMALLEST,
        k: int = DEFAULT_K,
    ) -> Rhythm:
        """Tell when a user, an interest, a cell, or `everyone` is where, and what stands out.

        The matrix T: intensities of 24 hours by places of a user, else by cells of a `resolution`
        of H3; an event counts e^(-days / 90). With it come key times, by hour of the day, or with
        `week` of the week; what places are to a user; periods; interests that rose or fell from the
        `span` days before the last `span` days; and unusual days. With `next_week` comes a forecast
        of the coming week, for all but a user. Of fewer than `min_users` people nothing is told,
        but of a user who was asked for.

        Raises InputError unless it is asked of one of the four, for one that there is not, and for
        a forecast that too little is known for.
        """
        given = [user is not None, interest is not None, cell is not None, everyone]
        if sum(given) != 1:
            raise InputError("Say whose rhythm: of a user, an interest, a cell, or of everyone.")
        check_count(k)
        check_min_users(min_users)
        if not 0 < span <= 36_500:
            raise InputError(f"span are days, more than 0 and at most 36,500, not {span!r}.")
        request = {"week": week, "span": span, "minUsers": min_users, "k": k}
        if user is not None:
            if next_week:
                raise InputError("A forecast is of an interest, a cell or everyone, not of a user.")
            return self._of_user(user, at, week=week, span=span, k=k)
        graph, moment = self._migrated, moment_or_now(at)
        about = None if interest is None else languages.find_interest(graph, interest)
        if cell is not None and grid.is_cell(cell):
            resolution = grid.resolution(cell)
        areas = read_areas(graph, resolution)
        asked: Row = {
            "interest": about["id"] if about else None, "cell": cell, "areas": areas, "at": moment,
        }  # fmt: skip
        people = graph.read("analysis.count_people", {**asked, "by": []})
        events, users = (people[0]["events"], people[0]["users"]) if people else (0, 0)
        of = about["name"] if about else cell or "all"
        if users < min_users:
            raise InputError(
                f"Fewer than {min_users} people have events of {of!r}: nothing is told of them."
            )
        series = graph.read("analysis.count_days", asked)
        lost = self._lost(series, moment, whole=everyone)
        rows, hidden = self._cells(asked, min_users, k)
        remarks = [
            *hidden_cells(hidden, min_users),
            *_thin(events, series),
            *_left_out(series, lost),
        ]
        return Rhythm(
            user=None,
            known=True,
            at=moment,
            request={**request, "resolution": resolution},
            interest=named(about),
            cell=cell,
            events=events,
            week=self._week(asked, min_users) if week else None,
            key_times=self._key_times(asked, min_users, week=week),
            periods=_periods(series, moment, lost),
            drift=_drift(
                row
                for row in graph.read("analysis.count_interests", {**asked, "span": span})
                if row["users"] >= min_users
            ),
            anomalies=self._anomalies(asked, series, lost, min_users),
            forecast=_forecast(series, moment, lost) if next_week else None,
            rows=rows,
            remarks=tuple(remarks),
        )

    def _of_user(
        self, user: str, at: datetime | None, *, week: bool, span: float, k: int
    ) -> Rhythm:
        basis, graph = self._known(user, at), self._migrated
        rows = graph.read("profile.rhythm", {"user": user, "at": basis.at, "k": k})
        had = [
            native(row) for row in graph.read("analysis.user_hours", {"user": user, "at": basis.at})
        ]
        placed = [row for row in had if row["id"] is not None]
        remarks = list(basis.on_user)
        if basis.events and not rows:
            remarks.append(explaining.no_places(graph, user, basis.at))
        counts: Counter[int] = Counter()
        for row in had:
            if row["hour"] is not None:
                counts[_slot(row["day"].isoweekday(), row["hour"], week=week)] += row["events"]
        events = sum(row["events"] for row in had)
        lost = self._lost(had, basis.at)
        if events:
            remarks += [*_thin(events, had), *_left_out(had, lost)]
        times: tuple[KeyTime, ...] = ()
        if counts.total() >= rhythm.EVENTS:
            everyone = self._base({"at": basis.at}, week=week)
            times = _told(rhythm.key_times(_table(counts, week=week), everyone), week=week)
        roles = rhythm.roles(placed)
        places = {row["id"]: row for row in placed}
        key_places = [
            KeyPlace(
                id=id_, name=places[id_]["name"], location=places[id_]["location"], **asdict(role)
            )
            for id_, role in roles.items()
        ]
        key_places.sort(key=lambda place: (_ROLES.index(place.role), -place.events, place.id))
        series = _by_day(had)
        whole = sum(row["weight"] for row in had)
        intensity = np.zeros(rhythm.WEEK)
        for row in had:
            if row["hour"] is not None and whole:
                intensity[_slot(row["day"].isoweekday(), row["hour"], week=True)] += (
                    row["weight"] / whole
                )
        shifts = graph.read(
            "analysis.count_interests", {"user": user, "at": basis.at, "span": span}
        )
        return Rhythm(
            user=user,
            known=basis.known,
            at=basis.at,
            request={"week": week, "span": span, "k": k},
            events=events,
            week=tuple(intensity.tolist()) if week else None,
            key_times=times,
            key_places=tuple(key_places[:k]),
            periods=_periods(had, basis.at, lost),
            drift=_drift(shifts),
            anomalies=_anomalies(series, basis.at, lost),
            rows=Place.of_all(rows),
            remarks=tuple(remarks),
        )

    def _cells(self, asked: Row, min_users: int, k: int) -> tuple[tuple[Place, ...], int]:
        """Return the cells of a matrix T, and how many are not told."""
        graph = self._migrated

        def people(*by: str) -> dict[tuple[Any, ...], Row]:
            rows = graph.read("analysis.count_people", {**asked, "by": ["cell", *by]})
            return {tuple(row[name] for name in ("cell", *by)): row for row in rows}

        cells, hours, days = people(), people("hour"), people("weekday")
        told = suppression.told({cell: row["users"] for (cell,), row in cells.items()}, min_users)
        intensity = {cell: np.zeros((7, 24)) for cell in told}
        whole = 0.0
        for row in graph.read("analysis.count_hours", asked):
            whole += row["weight"]
            if row["cell"] in told:
                intensity[row["cell"]][row["weekday"] - 1, row["hour"]] += row["weight"]

        def enough(of: Mapping[tuple[Any, ...], Row], cell: str) -> set[Any]:
            there = {part: row["users"] for (name, part), row in of.items() if name == cell}
            return suppression.told(there, min_users)

        def place(cell: str) -> Place:
            matrix = intensity[cell] / whole if whole else intensity[cell]
            by_hour, by_day = matrix.sum(0).tolist(), matrix.sum(1).tolist()
            at, on = enough(hours, cell), enough(days, cell)
            return Place(
                id=cell,
                name=cell,
                location=Location(*grid.center(cell)) if grid.is_cell(cell) else None,
                weight=float(matrix.sum()),
                events=cells[cell,]["events"],
                hours=tuple(v if h in at else 0.0 for h, v in enumerate(by_hour)),
                weekdays=tuple(v if d in on else 0.0 for d, v in enumerate(by_day, 1)),
                last=None,
            )

        places = sorted(map(place, told), key=lambda row: (-row.weight, row.id))
        return tuple(places[:k]), sum(row["users"] < min_users for row in cells.values())

    def _hours(self, asked: Row, *, week: bool) -> list[Row]:
        by = ["weekday", "hour"] if week else ["hour"]
        rows = self._migrated.read("analysis.count_people", {**asked, "by": by})
        return [row for row in rows if row["hour"] is not None]

    def _base(self, asked: Row, *, week: bool) -> list[int]:
        """Return how many events all people have at each hour."""
        counts: Counter[int] = Counter()
        for row in self._hours({"at": asked["at"]}, week=week):
            counts[_slot(row["weekday"], row["hour"], week=week)] = row["events"]
        return _table(counts, week=week)

    def _week(self, asked: Row, min_users: int) -> tuple[float, ...]:
        """Return the decayed intensity of each hour of the week, 0 where too few people are."""
        intensity = np.zeros(rhythm.WEEK)
        for row in self._migrated.read("analysis.count_hours", asked):
            intensity[_slot(row["weekday"], row["hour"], week=True)] += row["weight"]
        whole = intensity.sum()
        people = {
            _slot(row["weekday"], row["hour"], week=True): row["users"]
            for row in self._hours(asked, week=True)
        }
        enough = np.zeros(rhythm.WEEK)
        enough[list(suppression.told(people, min_users))] = 1
        return tuple((intensity * enough / whole).tolist()) if whole else ()

    def _key_times(self, asked: Row, min_users: int, *, week: bool) -> tuple[KeyTime, ...]:
        counts: Counter[int] = Counter()
        few = set()
        for row in self._hours(asked, week=week):
            slot = _slot(row["weekday"], row["hour"], week=week)
            counts[slot] = row["events"]
            if row["users"] < min_users:
                few.add(slot)
        if counts.total() < rhythm.EVENTS:
            return ()
        found = rhythm.key_times(_table(counts, week=week), self._base(asked, week=week))
        return _told([time for time in found if time.hour not in few], week=week)

    def _lost(self, rows: Sequence[Row], at: datetime, *, whole: bool = False) -> frozenset[date]:
        """Return the days between the first and the last of rows that were not recorded.

        They are asked for only where days are many enough to tell of; `whole` rows are of all.
        """
        days = _by_day(rows)
        if not days or sum(days.values()) < rhythm.EVENTS or _weeks(days) < rhythm.WEEKS:
            return frozenset()
        everyone = (
            days if whole else _by_day(self._migrated.read("analysis.count_days", {"at": at}))
        )
        first, last = min(days), max(days)
        return frozenset(day for day in rhythm.unrecorded(everyone) if first < day < last)

    def _anomalies(
        self, asked: Row, series: Sequence[Row], lost: frozenset[date], min_users: int
    ) -> tuple[Anomaly, ...]:
        found = _anomalies(_by_day(series), asked["at"], lost)
        if not found:
            return ()
        people = {
            native(row["day"]): row["users"]
            for row in self._migrated.read("analysis.count_people", {**asked, "by": ["day"]})
        }
        # A day without anybody tells of nobody.
        return tuple(day for day in found if not 0 < people.get(day.day, 0) < min_users)


_ROLES = ("home-like", "work-like", "regular", "passing")


def _slot(weekday: int, hour: int, *, week: bool) -> int:
    return (weekday - 1) * 24 + hour if week else hour


def _table(counts: Mapping[int, int], *, week: bool) -> list[int]:
    return [counts.get(slot, 0) for slot in range(rhythm.WEEK if week else 24)]


def _told(times: Sequence[rhythm.KeyTime], *, week: bool) -> tuple[KeyTime, ...]:
    return tuple(
        KeyTime(
            **{**asdict(time), "hour": time.hour % 24},
            weekday=time.hour // 24 + 1 if week else None,
        )
        for time in times
    )


def _by_day(rows: Sequence[Row]) -> dict[date, int]:
    counts: Counter[date] = Counter()
    for row in rows:
        counts[native(row["day"])] += row["events"]
    return counts


def _whole_days(
    counts: Mapping[date, int], at: datetime, lost: frozenset[date]
) -> tuple[Floats, date]:
    """Return the series of days from the first event on; the day of the moment is not over.

    Days that are `lost` are NaN. It ends with the last day that has an event, where that is long
    before the moment: that nothing was loaded since is no anomaly.
    """
    known = [day for day in counts if day < at.date()]
    if not known:
        return np.zeros(0), at.date()
    first = min(known)
    series = rhythm.daily(counts, first, max(known))
    series[[(day - first).days for day in lost if day < max(known)]] = np.nan
    return series, first


def _thin(events: int, rows: Sequence[Row]) -> list[str]:
    """Say what there is too little of."""
    weeks = _weeks(_by_day(rows))
    said = []
    if events < rhythm.EVENTS:
        said.append(f"{events:,} events; key times need {rhythm.EVENTS}.")
    if weeks < rhythm.WEEKS:
        said.append(f"{weeks} whole weeks are known; periods and unusual days need {rhythm.WEEKS}.")
    return said


def _weeks(days: Mapping[date, int]) -> int:
    return ((max(days) - min(days)).days + 1) // 7 if days else 0


def _left_out(rows: Sequence[Row], lost: frozenset[date]) -> list[str]:
    """Say which days are left out."""
    if not lost:
        return []
    days = _by_day(rows)
    whole = (max(days) - min(days)).days + 1
    said = (
        f"On {len(lost):,} of {whole:,} days nobody in the graph did anything, as if they were not "
        "recorded: they are left out where days are told."
    )
    return [said]


def _periods(rows: Sequence[Row], at: datetime, lost: frozenset[date]) -> tuple[Period, ...]:
    counts = _by_day(rows)
    if sum(counts.values()) < rhythm.EVENTS:
        return ()
    series, _ = _whole_days(counts, at, lost)
    return tuple(Period(**asdict(period)) for period in rhythm.periods(series))


def _anomalies(
    counts: Mapping[date, int], at: datetime, lost: frozenset[date]
) -> tuple[Anomaly, ...]:
    if sum(counts.values()) < rhythm.EVENTS:
        return ()
    found = rhythm.anomalies(*_whole_days(counts, at, lost))
    return tuple(Anomaly(**asdict(day)) for day in found)


def _drift(rows: Iterable[Row]) -> tuple[Drift, ...]:
    return tuple(Drift(**asdict(change)) for change in rhythm.drift(rows))


def _forecast(rows: Sequence[Row], at: datetime, lost: frozenset[date]) -> Forecast:
    """Forecast the week after the last whole day that is known."""
    days = _by_day(rows)
    whole, first = _whole_days(days, at, lost)
    count = len(whole)
    series = np.repeat(np.where(np.isfinite(whole), 0.0, np.nan), 24)
    for row in rows:
        number = (native(row["day"]) - first).days
        if row["hour"] is not None and number < count:
            series[24 * number + row["hour"]] += row["events"]
    start = 24 * first.weekday()
    made, off = forecast.forecast(series, start), forecast.errors(series, start)
    begin = datetime.combine(first + timedelta(days=count), datetime.min.time())
    hours = tuple(
        ForecastHour(
            start=begin + timedelta(hours=n), expected=float(mean), low=float(low), high=float(high)
        )
        for n, (mean, low, high) in enumerate(zip(made.mean, made.low, made.high, strict=True))
    )
    numbers = asdict(off) if off else dict.fromkeys(forecast.Errors.__dataclass_fields__)
    return Forecast(rows=hours, **{**numbers, "weeks": off.weeks if off else 0})
