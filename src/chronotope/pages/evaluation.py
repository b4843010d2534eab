"""Draw what an evaluation found, as a picture or a page of its own."""

import base64
import html
import io
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from chronotope import outputs
from chronotope.errors import InputError

_SUFFIXES = (".png", ".html")


def check_plot(path: Path | None, *, overwrite: bool = False, inputs: Iterable[str] = ()) -> None:
    """Raise InputError, before any work is done, for a plot that cannot be drawn.

    One that exists has to be allowed to be overwritten; one of `inputs` never is.
    """
    if path is None:
        return
    if path.suffix not in _SUFFIXES:
        raise InputError(f"--plot {path}: the name has to end in .png or .html.")
    if find_spec("matplotlib") is None:
        raise InputError(
            "--plot needs matplotlib; install the extra: pip install chronotope[plot]."
        )
    outputs.check_file(path, overwrite=overwrite, inputs=inputs)


def draw_evaluation(report: Mapping[str, Any], path: Path, *, overwrite: bool = False) -> None:
    """Draw the metrics of all systems with their intervals into a file, by its suffix.

    Raises InputError for one that cannot be written, or that exists and may not be overwritten.
    """
    picture = _picture(report)
    content = picture if path.suffix == ".png" else _page(report, picture).encode()
    outputs.write(path, content, overwrite=overwrite)


def _page(report: Mapping[str, Any], picture: bytes) -> str:
    title = f"{report['task']} from {report['cut']} until {report['until']}"
    encoded = base64.b64encode(picture).decode()
    return (
        f"<!doctype html><meta charset=utf-8><title>{html.escape(title)}</title>"
        f"<h1>{html.escape(title)}</h1>"
        f"<p>{report['instances']:,} instances of {report['users']:,} users</p>"
        f'<img alt="The metrics of each system" src="data:image/png;base64,{encoded}">\n'
    )


def _picture(report: Mapping[str, Any]) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    rows: dict[str, Mapping[str, Any]] = {"chronotope": report["metrics"]}
    rows |= {f"ablation: {name}": row for name, row in report.get("ablation", {}).items()}
    rows |= report["baselines"]
    metrics = list(report["metrics"])
    figure = Figure(figsize=(3 + 2.6 * len(metrics), 1.2 + 0.35 * len(rows)), layout="constrained")
    FigureCanvasAgg(figure)
    for number, (metric, axes) in enumerate(
        zip(metrics, figure.subplots(1, len(metrics), sharey=True, squeeze=False)[0], strict=True)
    ):
        for height, (name, row) in enumerate(reversed(rows.items())):
            value = row[metric]
            if isinstance(value, Mapping):
                low, high = value["ci95"]
                axes.plot([low, high], [height, height], color="black", linewidth=1)
                value = value["value"]
            axes.barh(height, value, color="tab:blue" if name == "chronotope" else "lightgray")
        axes.set_title(metric)
        if number == 0:
            axes.set_yticks(range(len(rows)), list(reversed(rows)))
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=120)
    return file.getvalue()
