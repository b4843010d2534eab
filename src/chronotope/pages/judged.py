"""The page of an evaluation: what `chronotope evaluate --json` printed, as tables and pictures."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from chronotope.errors import InputError
from chronotope.language import Language
from chronotope.pages import figures
from chronotope.pages.page import Rows, Section
from chronotope.pages.words import words

_OURS = "chronotope"
_NONE = "—"  # baselines have no interval of their own
_WHO = ("task", "cut", "until", "model", "seed", "users", "instances")


def read_evaluation(path: Path) -> dict[str, Any]:
    """Return the report of a file that `chronotope evaluate --json` printed; raise InputError."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise InputError(f"{path} cannot be read: {problem.strerror}.") from None
    except (UnicodeDecodeError, json.JSONDecodeError):
        found = None
    report = found.get("report", found) if isinstance(found, dict) else None
    if not isinstance(report, dict) or not {"task", "metrics", "baselines"} <= report.keys():
        raise InputError(
            f"{path} is no evaluation; write one: chronotope evaluate … --json > {path.name}."
        )
    return report


def evaluation_sections(report: Mapping[str, Any], language: Language) -> Iterator[Section]:
    """Yield the question, all metrics with their intervals, and what parts of the query add."""
    asked = [(name, str(report[name])) for name in _WHO if report.get(name) is not None]
    yield Section(words("question", language), (), (Rows((), asked),))
    systems: dict[str, Mapping[str, Any]] = {_OURS: report["metrics"], **report["baselines"]}
    if not report["metrics"]:
        del systems[_OURS]
    yield _compared("metrics", systems, language)
    if ratios := report.get("ratios"):
        yield _compared("ratios", ratios, language, ratios=True)
    ablation = report.get("ablation") or {}
    if ablation:
        yield _compared("ablation", {_OURS: report["metrics"], **ablation}, language)


def _compared(
    title: str,
    systems: Mapping[str, Mapping[str, Any]],
    language: Language,
    *,
    ratios: bool = False,
) -> Section:
    metrics = list(next(iter(systems.values()), {}))
    drawn, rows = [], []
    for metric in metrics:
        values = {name: _interval(row[metric]) for name, row in systems.items() if metric in row}
        drawn.append(
            figures.intervals(metric, list(values), list(values.values()), metric, ratios=ratios)
        )
        rows += [
            (metric, name, f"{value:.4f}", f"{low:.4f} – {high:.4f}" if low < high else _NONE)
            for name, (value, low, high) in values.items()
        ]
    headings = [words(key, language) for key in ("metric", "system", "value", "interval")]
    return Section(words(title, language), (), (*drawn, Rows(headings, rows, (2, 3))))


def _interval(told: Any) -> tuple[float, float, float]:
    if isinstance(told, Mapping):
        low, high = told["ci95"]
        return told["value"], low, high
    return told, told, told
