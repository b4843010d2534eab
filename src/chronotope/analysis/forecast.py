"""The coming week by hour: a Poisson regression on the hour of the week, by statsmodels. Pure.

log E[count] is a line of harmonics of the day, which differ between Monday to Friday, Saturday and
Sunday, and of a level for each weekday. A past hour counts e^(-age / 8 weeks), so that the level
follows what changes; hours that are NaN were not recorded, and do not count.

The interval is what such forecasts missed by: the weeks before are forecast from those before them,
and the quantiles of √count - √mean there are put around the new √mean (split conformal prediction;
Vovk, Gammerman and Shafer, 2005; Lei et al., 2018, with a quantile for either side as Romano,
Patterson and Candès, 2019, have it). Of counts the root varies alike, whether they are small or
large (Anscombe, 1948). With fewer than a week to learn that from, it is that of a negative binomial
distribution with the variance that Pearson's residuals show.
"""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import stats

from chronotope.errors import InputError
from chronotope.extras import needs
from chronotope.statistics import Floats

WEEK = 168
WEEKS, EVENTS = 4, 100
"""Whole weeks, and events, that a forecast needs at least."""

_HELD_OUT = 4  # weeks
_CALIBRATED = 16  # weeks before that tell how far forecasts are off
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
    mean, spread = _fit(counts, start)
    missed = [np.sqrt(week) - np.sqrt(told) for week, told in _before(counts, start)]
    off = np.concatenate(missed) if missed else np.zeros(0)
    off = off[np.isfinite(off)]
    low, high = _interval(mean, spread) if len(off) < WEEK else _around(mean, off)
    return Forecast(mean, low, high)


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
    known = np.isfinite(real) & np.isfinite(last)
    if not known.any():
        return None
    off, off_last = (real - mean)[known], (real - last)[known]
    return Errors(
        len(told),
        float(np.abs(off).mean()),
        float(np.abs(off_last).mean()),
        float(np.sqrt((off**2).mean())),
        float(np.sqrt((off_last**2).mean())),
        float(((low <= real) & (real <= high))[known].mean()),
    )


def _fit(counts: Floats, start: int) -> tuple[Floats, float]:
    """Return the means of the 168 hours that follow, and variance / mean of those that were."""
    known = np.isfinite(counts)
    n, events = int(known.sum()), int(np.nansum(counts))
    if n < WEEKS * WEEK or events < EVENTS:
        raise InputError(
            f"{events:,} events in {n // WEEK} whole weeks: a forecast needs {EVENTS} in {WEEKS}."
        )
    with needs("analysis"):
        from statsmodels.genmod.families import Poisson
        from statsmodels.genmod.generalized_linear_model import GLM
    weights = np.where(known, np.exp((np.arange(len(counts)) - len(counts)) / _MEMORY), 0.0)
    values = np.where(known, counts, 0.0)
    # The model knows hours of the week alone: to it their means are as good as all of them.
    hour = (start + np.arange(len(counts))) % WEEK
    total = np.bincount(hour, weights, WEEK)
    usual = np.divide(np.bincount(hour, weights * values, WEEK), total, where=total > 0,
                      out=np.zeros(WEEK))  # fmt: skip
    design = _design(np.arange(WEEK))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of hours without any event, whose mean tends to 0
        # A touch of ridge keeps hours without any event from running away to minus infinity.
        fitted = GLM(usual, design, family=Poisson(), var_weights=total * WEEK / n).fit_regularized(
            alpha=1e-4, L1_wt=0.0
        )
        mean = np.exp(np.clip(design @ np.asarray(fitted.params), -20, 20))
    residual = (values - mean[hour]) ** 2 / np.maximum(mean[hour], 1e-9)
    spread = float((weights * residual).sum() / weights.sum())
    return mean[(start + len(counts) + np.arange(WEEK)) % WEEK], spread


def _before(counts: Floats, start: int) -> Iterator[tuple[Floats, Floats]]:
    """Yield the last weeks, each with the means that those before it have told."""
    for back in range(_CALIBRATED, 0, -1):
        cut = len(counts) - back * WEEK
        if np.isfinite(counts[: max(cut, 0)]).sum() < WEEKS * WEEK:
            continue
        if np.nansum(counts[:cut]) >= EVENTS:
            yield counts[cut : cut + WEEK], _fit(counts[:cut], start)[0]


def _around(mean: Floats, off: Floats) -> tuple[Floats, Floats]:
    """Return the interval around means that forecasts were `off` by, in roots of counts.

    Of n residuals the k-th smallest and the k-th largest, k = ⌊(n + 1) · 2.5 %⌋.
    """
    k = int((len(off) + 1) * (1 - _LEVEL) / 2)
    ordered, root = np.sort(off), np.sqrt(mean)
    return np.maximum(root + ordered[k - 1], 0.0) ** 2, np.maximum(root + ordered[-k], 0.0) ** 2


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
