"""The coming week by hour: a Poisson regression on the hour of the week, by statsmodels. Pure.

log E[count] is a line of harmonics of the day, which differ between Monday to Friday, Saturday and
Sunday, and of a level for each weekday. A past hour counts e^(-age / 8 weeks), so that the level
follows what changes. Counts vary more than Poisson's law has it, by the factor that Pearson's
residuals show; the interval is that of a negative binomial distribution with that variance.
"""

import warnings
from dataclasses import dataclass

import numpy as np
from scipy import stats

from chronotope.analysis.extra import needs
from chronotope.errors import InputError
from chronotope.statistics import Floats

WEEK = 168
WEEKS, EVENTS = 4, 100
"""Whole weeks, and events, that a forecast needs at least."""

_HELD_OUT = 4  # weeks
_HARMONICS = 4
_MEMORY = 8 * WEEK
_LEVEL = 0.95


@dataclass(frozen=True)
class Forecast:
    """Hours of a week that comes: means, and the interval of 95 %."""

    mean: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Errors:
    """How far forecasts of held-out weeks were off, each made from the weeks before it alone.

    Mean absolute and root mean squared errors per hour, of the model and of last week's value at
    the same hour; `covered` is the share of hours within the interval of 95 %.
    """

    weeks: int
    absolute: float
    absolute_last_week: float
    squared: float
    squared_last_week: float
    covered: float


def forecast(counts: Floats, start: int) -> Forecast:
    """Forecast the 168 hours after a series of counts by hour, from hour `start` of a week on.

    Raises InputError for fewer than 4 weeks or 100 events, and without the extra `analysis`.
    """
    n, events = len(counts), int(counts.sum())
    if n < WEEKS * WEEK or events < EVENTS:
        raise InputError(
            f"{events:,} events in {n // WEEK} whole weeks: a forecast needs {EVENTS} in {WEEKS}."
        )
    with needs("analysis"):
        from statsmodels.genmod.families import Poisson
        from statsmodels.genmod.generalized_linear_model import GLM
    design = _design(start + np.arange(n + WEEK))
    weights = np.exp((np.arange(n) - n) / _MEMORY)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of hours without any event, whose mean tends to 0
        # A touch of ridge keeps hours without any event from running away to minus infinity.
        fitted = GLM(counts, design[:n], family=Poisson(), var_weights=weights).fit_regularized(
            alpha=1e-4, L1_wt=0.0
        )
        mean = np.exp(np.clip(design @ np.asarray(fitted.params), -20, 20))
    residual = (counts - mean[:n]) ** 2 / np.maximum(mean[:n], 1e-9)
    spread = float((weights * residual).sum() / weights.sum())
    low, high = _interval(mean[n:], spread)
    return Forecast(mean[n:], low, high)


def errors(counts: Floats, start: int) -> Errors | None:
    """Forecast each of the last weeks from those before; None where there are too few before."""
    n = len(counts)
    told: list[tuple[Floats, Floats, Forecast]] = []
    for back in range(_HELD_OUT, 0, -1):
        cut = n - back * WEEK
        try:
            made = forecast(counts[:cut], start) if cut > 0 else None
        except InputError as problem:
            if "pip install" in str(problem):
                raise
            continue
        if made is not None:
            told.append((counts[cut : cut + WEEK], counts[cut - WEEK : cut], made))
    if not told:
        return None
    real = np.concatenate([week for week, _, _ in told])
    last = np.concatenate([before for _, before, _ in told])
    mean = np.concatenate([made.mean for *_, made in told])
    low = np.concatenate([made.low for *_, made in told])
    high = np.concatenate([made.high for *_, made in told])
    return Errors(
        len(told),
        float(np.abs(real - mean).mean()),
        float(np.abs(real - last).mean()),
        float(np.sqrt(((real - mean) ** 2).mean())),
        float(np.sqrt(((real - last) ** 2).mean())),
        float(((low <= real) & (real <= high)).mean()),
    )


def _design(hours: np.ndarray) -> Floats:
    """Return a column for each weekday, and harmonics of the day for each kind of day."""
    of_week = hours % WEEK
    weekday, angle = of_week // 24, 2 * np.pi * (of_week % 24) / 24
    kinds = (weekday < 5, weekday == 5, weekday == 6)
    waves = [wave(k * angle) for k in range(1, _HARMONICS + 1) for wave in (np.cos, np.sin)]
    columns = [weekday == day for day in range(7)] + [
        kind * wave for kind in kinds for wave in waves
    ]
    return np.column_stack(columns).astype(float)


def _interval(mean: Floats, spread: float) -> tuple[Floats, Floats]:
    tail = (1 - _LEVEL) / 2
    if spread <= 1.001:
        low, high = stats.poisson.ppf(tail, mean), stats.poisson.ppf(1 - tail, mean)
    else:
        size, p = mean / (spread - 1), 1 / spread
        low, high = stats.nbinom.ppf(tail, size, p), stats.nbinom.ppf(1 - tail, size, p)
    return np.asarray(low, float), np.asarray(high, float)
