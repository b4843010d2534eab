"""Pictures of what was found. Colours can be told apart by those who see few.

Okabe and Ito's for kinds, cividis for amounts. Maps are drawn on nothing, as SVG: no tile is asked
for, nothing needs WebGL, and they print. The ring of a polygon is clockwise there, as d3 has it.
"""

from collections.abc import Sequence
from typing import Any

from chronotope.exports import cell_shape
from chronotope.pages.page import Figure, Step, plain

COLOURS = (
    "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999",
)  # fmt: skip
_AMOUNT = "Cividis"
_NOTHING = "#ececec"
_ROW, _TOP, _THIN = 24, 120, 12  # pixels of a bar, of what is around bars, and of a scale
_LONG = 20  # letters of a name beside a picture

Place = tuple[float, float]
"""Latitude and longitude."""


def layout(**more: Any) -> dict[str, Any]:
    """Return how all pictures are laid out."""
    return {
        "margin": {"l": 8, "r": 8, "t": 8, "b": 40},
        "font": {"family": "system-ui, sans-serif", "size": 14},
        "paper_bgcolor": "#fff",
        "plot_bgcolor": "#fff",
        "colorway": list(COLOURS),
        "dragmode": False,
        **more,
    }


def bars(
    says: str, names: Sequence[str], series: Sequence[tuple[str, Sequence[float]]], unit: str
) -> Figure:
    """Draw stacked bars that lie, the first on top; each series has a colour."""
    shown = [plain(name) for name in names]
    data = [
        {"type": "bar", "orientation": "h", "name": plain(name), "y": list(range(len(names))),
         "x": list(values), "customdata": shown,
         "hovertemplate": "%{customdata}: %{x:.3g}<extra>" + plain(name) + "</extra>"}
        for name, values in series
    ]  # fmt: skip
    axis = _named_axis(names)
    made = layout(
        barmode="relative", yaxis=axis, xaxis={"title": {"text": unit}, "zeroline": True},
        height=_TOP + _ROW * (len(names) + len(series)),
        legend={"orientation": "h", "yanchor": "top", "y": -60 / (_ROW * len(names))},
        showlegend=len(series) > 1,
    )  # fmt: skip
    return Figure(says, data, made)


def grid(
    says: str,
    columns: Sequence[str],
    rows: Sequence[str],
    values: Sequence[Sequence[float | None]],
) -> Figure:
    """Draw amounts by row and column; of None nothing is drawn."""
    shown = [plain(row) for row in rows]
    data = [
        {"type": "heatmap", "x": list(columns), "y": list(range(len(rows))), "z": values,
         "customdata": [[name] * len(columns) for name in shown], "colorscale": _AMOUNT,
         "colorbar": {"thickness": _THIN},
         "hovertemplate": "%{customdata}, %{x}: %{z:.3g}<extra></extra>", "xgap": 1, "ygap": 1}
    ]  # fmt: skip
    axis = _named_axis(rows)
    made = layout(
        yaxis=axis, xaxis={"type": "category"}, height=_TOP + 60 + _ROW * len(rows),
        plot_bgcolor=_NOTHING,
    )  # fmt: skip
    return Figure(says, data, made)


def areas(
    says: str, columns: Sequence[str], series: Sequence[tuple[str, Sequence[float]]]
) -> Figure:
    """Draw parts that change from column to column, one upon the other."""
    data = [
        {"type": "scatter", "mode": "lines", "stackgroup": "all", "name": plain(name),
         "x": list(columns), "y": list(values), "line": {"width": 0.5},
         "hovertemplate": "%{y:.1%}<extra>" + plain(name) + "</extra>"}
        for name, values in series
    ]  # fmt: skip
    made = layout(
        xaxis={"type": "category"}, yaxis={"tickformat": ".0%", "automargin": True}, height=420,
        legend={"orientation": "h", "y": -0.2}, hovermode="x unified",
    )  # fmt: skip
    return Figure(says, data, made)


def cells(
    says: str,
    ids: Sequence[str],
    names: Sequence[str],
    steps: Sequence[tuple[str, Sequence[float | None]]],
    begin: int = 0,
) -> Figure | None:
    """Draw cells on a map, with a step of a slider for each series of amounts.

    Colours tell their roots, so that few can be told from nothing. None where no cell has a shape.
    """
    found = [(n, shape) for n, cell in enumerate(ids) if (shape := cell_shape(cell))]
    if not found:
        return None
    positions = [position for _, shape in found for position in shape.ring]
    features = [
        {"type": "Feature", "id": ids[n], "properties": {},
         "geometry": {"type": shape.name, "coordinates": [shape.coordinates[0][::-1]]}}
        for n, shape in found
    ]  # fmt: skip
    amounts = [[values[n] for n, _ in found] for _, values in steps]
    most = max((value for values in amounts for value in values if value), default=1)
    ticks = [most * part for part in (0, 0.04, 0.16, 0.36, 0.64, 1)]
    data = [
        {"type": "choropleth", "geojson": {"type": "FeatureCollection", "features": features},
         "locations": [ids[n] for n, _ in found],
         "z": _roots(amounts[begin]), "zmin": 0, "zmax": most**0.5,
         "customdata": amounts[begin],
         "colorbar": {"thickness": _THIN, "tickvals": [tick**0.5 for tick in ticks],
                      "ticktext": [f"{tick:.3g}" for tick in ticks]},
         "text": [plain(names[n]) for n, _ in found], "colorscale": _AMOUNT,
         "hovertemplate": "%{text}: %{customdata:.3g}<extra></extra>",
         "marker": {"line": {"width": 0.5, "color": "#555"}}}
    ]  # fmt: skip
    changes = [
        Step(name, {"z": [_roots(values)], "customdata": [values]})
        for (name, _), values in zip(steps, amounts, strict=True)
    ]
    made = layout(geo=_view([(lat, lon) for lon, lat in positions]), height=520)
    return Figure(says, data, made, changes if len(changes) > 1 else (), begin)


def dots(
    says: str, places: Sequence[Place], names: Sequence[str], amounts: Sequence[float]
) -> Figure | None:
    """Draw places on a map, larger where there is more; None without places."""
    if not places:
        return None
    most = max(amounts, default=1) or 1
    data = [
        {"type": "scattergeo", "lat": [place[0] for place in places],
         "lon": [place[1] for place in places], "text": [plain(name) for name in names],
         "customdata": list(amounts), "hovertemplate": "%{text}: %{customdata:.3g}<extra></extra>",
         "marker": {"size": [10 + 26 * (amount / most) ** 0.5 for amount in amounts],
                    "color": COLOURS[0], "opacity": 0.7}}
    ]  # fmt: skip
    return Figure(says, data, layout(geo=_view(places), height=420))


def intervals(
    says: str, names: Sequence[str], values: Sequence[tuple[float, float, float]], metric: str
) -> Figure:
    """Draw values with intervals, one upon the other, the first on top."""
    shown = [plain(name) for name in names]
    middle = [value for value, _, _ in values]
    data = [
        {"type": "scatter", "mode": "markers", "x": middle, "y": list(range(len(names))),
         "marker": {"size": 9, "color": [COLOURS[0], *[COLOURS[7]] * (len(names) - 1)]},
         "error_x": {"type": "data", "symmetric": False, "color": "#1a1a1a",
                     "array": [high - value for value, _, high in values],
                     "arrayminus": [value - low for value, low, _ in values]},
         "customdata": shown, "hovertemplate": "%{customdata}: %{x:.4f}<extra></extra>"}
    ]  # fmt: skip
    axis = _named_axis(names)
    made = layout(
        yaxis=axis, xaxis={"title": {"text": plain(metric)}, "rangemode": "tozero"},
        height=_TOP + _ROW * len(names),
    )  # fmt: skip
    return Figure(says, data, made)


def _named_axis(names: Sequence[str]) -> dict[str, Any]:
    """Return an axis from top to bottom; long names are cut there, and whole where one points."""
    short = [plain(name if len(name) <= _LONG else f"{name[: _LONG - 1]}…") for name in names]
    return {
        "autorange": "reversed",
        "tickvals": list(range(len(names))),
        "ticktext": short,
        "automargin": True,
        "zeroline": False,
    }


def _roots(values: Sequence[float | None]) -> list[float | None]:
    return [None if value is None else value**0.5 for value in values]


def _view(places: Sequence[Place]) -> dict[str, Any]:
    """Return a map of nothing but what is drawn on it, as wide as all places."""
    latitudes, longitudes = zip(*places, strict=True)
    sides = []
    for values in (latitudes, longitudes):
        margin = 0.04 * (max(values) - min(values)) + 0.003
        sides.append([min(values) - margin, max(values) + margin])
    return {
        "visible": False,
        "bgcolor": _NOTHING,
        "projection": {"type": "mercator"},
        "lataxis": {"range": sides[0]},
        "lonaxis": {"range": sides[1]},
    }
