"""Pictures of what was found. Colours can be told apart by those who see few.

Okabe and Ito's for kinds, cividis for amounts. Maps are drawn on nothing, as SVG: no tile is asked
for, nothing needs WebGL, and they print. The ring of a polygon is clockwise there, as d3 has it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import atan2, cos, degrees, radians
from typing import Any

from chronotope.exports import cell_shape
from chronotope.pages.page import FONTS, Figure, Step, plain

COLOURS = (
    "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999",
)  # fmt: skip
_AMOUNT = "Cividis"
_NOTHING = "#ececec"
# Blue is less than expected, orange is more: both are told apart by those who see few colours.
_DIVERGING = [[0, "#0072B2"], [0.5, "#f7f7f7"], [1, "#D55E00"]]
_INK = "#1a1a1a"
_ROW, _TOP, _THIN = 24, 120, 12  # pixels of a bar, of what is around bars, and of a scale
RATIOS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
_LONG = 20  # letters of a name beside a picture

Place = tuple[float, float]
"""Latitude and longitude."""

_SYMBOLS = ("circle", "square", "diamond", "triangle-up")
_CURVE, _BEND = 12, 0.15  # pieces of an arrow, and how far it leaves the straight line
_WIDEST = 7  # pixels of an arrow
_WIDE = 1.5  # width of a map beside its height, at least


@dataclass(frozen=True)
class Heat:
    """How hot a cell is, in standard deviations, whether it is marked, and what is told of it."""

    z: float
    hot: bool
    told: str


@dataclass(frozen=True)
class Gap:
    """What is missing of something by cell, what is told of it, and groups of proposed sites."""

    name: str
    ids: Sequence[str]
    unmet: Sequence[float]
    told: Sequence[str]
    sites: Sequence[tuple[str, Sequence[Place], Sequence[str]]] = field(default=())


def layout(**more: Any) -> dict[str, Any]:
    """Return how all pictures are laid out."""
    return {
        "margin": {"l": 8, "r": 8, "t": 8, "b": 40},
        "font": {"family": FONTS, "size": 14},
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
    found = [n for n, cell in enumerate(ids) if cell_shape(cell)]
    if not found:
        return None
    features, positions = _hexagons([ids[n] for n in found])
    amounts = [[values[n] for n in found] for _, values in steps]
    most = max((value for values in amounts for value in values if value), default=1)
    data = [
        {"type": "choropleth", "geojson": features, "locations": [ids[n] for n in found],
         "z": _roots(amounts[begin]), "customdata": amounts[begin], **_root_scale(most),
         "text": [plain(names[n]) for n in found], "colorscale": _AMOUNT,
         "hovertemplate": "%{text}: %{customdata:.3g}<extra></extra>",
         "marker": {"line": {"width": 0.5, "color": "#555"}}}
    ]  # fmt: skip
    changes = [
        Step(name, {"z": [_roots(values)], "customdata": [values]})
        for (name, _), values in zip(steps, amounts, strict=True)
    ]
    made = layout(geo=_view([(lat, lon) for lon, lat in positions]), height=520)
    return Figure(says, data, made, changes if len(changes) > 1 else (), begin)


def heats(
    says: str,
    ids: Sequence[str],
    names: Sequence[str],
    steps: Sequence[tuple[str, Sequence[Heat | None]]],
    begin: int = 0,
) -> Figure | None:
    """Draw how hot cells are, with a step of a slider for each series, and a star on what is hot.

    None where no cell has a shape.
    """
    found = [n for n, cell in enumerate(ids) if cell_shape(cell)]
    if not found:
        return None
    features, positions = _hexagons([ids[n] for n in found])
    most = max((abs(heat.z) for _, values in steps for heat in values if heat), default=1.0)

    def change(values: Sequence[Heat | None]) -> dict[str, Any]:
        shown = [(n, values[n]) for n in found]
        told = [f"{plain(names[n])}<br>{plain(h.told)}" if h else None for n, h in shown]
        stars = [_middle(ids[n]) for n, h in shown if h and h.hot]
        return {
            "z": [[h.z if h else None for _, h in shown], None],
            "text": [told, None],
            "lat": [None, [place[0] for place in stars]],
            "lon": [None, [place[1] for place in stars]],
        }

    first = change(steps[begin][1])
    data = [
        {"type": "choropleth", "geojson": features, "locations": [ids[n] for n in found],
         "z": first["z"][0], "text": first["text"][0], "zmin": -most, "zmax": most,
         "colorscale": _DIVERGING, "colorbar": {"thickness": _THIN, "title": {"text": "Gi*"}},
         "hovertemplate": "%{text}<extra></extra>",
         "marker": {"line": {"width": 0.5, "color": "#555"}}},
        {"type": "scattergeo", "mode": "markers", "lat": first["lat"][1], "lon": first["lon"][1],
         "hoverinfo": "skip", "showlegend": False,
         "marker": {"symbol": "star", "size": 11, "color": _INK,
                    "line": {"width": 1, "color": "#fff"}}},
    ]  # fmt: skip
    changes = [Step(name, change(values)) for name, values in steps]
    view = _view([(latitude, longitude) for longitude, latitude in positions])
    return Figure(says, data, layout(geo=view, height=480), changes, begin)


def arrows(
    says: str,
    ends: Sequence[tuple[Place, Place]],
    steps: Sequence[tuple[str, Sequence[float | None]]],
    unit: str,
) -> Figure | None:
    """Draw arrows on a map, wider where there is more, with a step for each series of amounts.

    They bend to the right, so that both of two directions are seen. None without any.
    """
    if not ends:
        return None
    most = max((value for _, values in steps for value in values if value), default=1)
    first = steps[0][1]

    def width(value: float | None) -> float:
        return float(1 + (_WIDEST - 1) * ((value or 0) / most) ** 0.5)

    data = []
    for (origin, destination), value in zip(ends, first, strict=True):
        latitudes, longitudes = _curve(origin, destination)
        data.append(
            {"type": "scattergeo", "mode": "lines+markers", "lat": latitudes, "lon": longitudes,
             "text": f"{value or 0:,.0f} {plain(unit)}", "hoverinfo": "text", "showlegend": False,
             "line": {"width": width(value), "color": COLOURS[0]}, "opacity": 0.65,
             "marker": {"symbol": "arrow", "color": COLOURS[5], "opacity": 1,
                        "size": [0] * _CURVE + [15],
                        "angle": [0] * _CURVE + [_bearing(latitudes, longitudes)]},
             "visible": bool(value)}
        )  # fmt: skip
    changes = [
        Step(name, {"line.width": list(map(width, values)), "visible": list(map(bool, values)),
                    "text": [f"{value or 0:,.0f} {plain(unit)}" for value in values]})
        for name, values in steps
    ]  # fmt: skip
    places = [place for pair in ends for place in pair]
    return Figure(says, data, layout(geo=_view(places), height=480), changes)


def gaps(says: str, found: Sequence[Gap]) -> Figure | None:
    """Draw what is missing by cell, with marks for proposed sites; one of several is chosen.

    None where there is nothing to draw.
    """
    shown = [gap for gap in found if gap.ids]
    if not shown:
        return None
    data: list[dict[str, Any]] = []
    owners: list[int] = []
    places: list[Place] = []
    for number, gap in enumerate(shown):
        features, positions = _hexagons(gap.ids)
        places += [(latitude, longitude) for longitude, latitude in positions]
        bar = _root_scale(max(gap.unmet) or 1.0)
        data.append(
            {"type": "choropleth", "geojson": features, "locations": list(gap.ids),
             "z": _roots(gap.unmet), "colorscale": _AMOUNT, **bar,
             "text": list(map(plain, gap.told)), "hovertemplate": "%{text}<extra></extra>",
             "marker": {"line": {"width": 0.5, "color": "#555"}}, "visible": number == 0}
        )  # fmt: skip
        for kind, (name, sites, told) in enumerate(gap.sites):
            data.append(
                {"type": "scattergeo", "mode": "markers", "name": plain(name),
                 "lat": [site[0] for site in sites], "lon": [site[1] for site in sites],
                 "text": list(map(plain, told)), "hovertemplate": "%{text}<extra></extra>",
                 "marker": {"symbol": ("star", "diamond")[kind % 2], "size": 15,
                            "color": (COLOURS[5], COLOURS[4])[kind % 2],
                            "line": {"width": 1.5, "color": "#fff"}},
                 "showlegend": True, "visible": number == 0}
            )  # fmt: skip
        owners += [number] * (len(data) - len(owners))
    changes = [
        Step(gap.name, {"visible": [owner == number for owner in owners]})
        for number, gap in enumerate(shown)
    ]
    made = layout(
        geo=_view(places), height=480, legend={"orientation": "h", "y": -0.02, "yanchor": "top"}
    )
    return Figure(says, data, made, changes, choice=True)


def dots(
    says: str,
    places: Sequence[Place],
    names: Sequence[str],
    amounts: Sequence[float],
    kinds: Sequence[str] = (),
) -> Figure | None:
    """Draw places on a map, larger where there is more, by colour and shape of their kind.

    None without places.
    """
    if not places:
        return None
    most = max(amounts, default=1) or 1
    given = kinds or [""] * len(places)
    data = []
    for number, kind in enumerate(dict.fromkeys(given)):
        own = [n for n, one in enumerate(given) if one == kind]
        data.append(
            {"type": "scattergeo", "lat": [places[n][0] for n in own], "name": plain(kind),
             "lon": [places[n][1] for n in own], "text": [plain(names[n]) for n in own],
             "customdata": [amounts[n] for n in own],
             "hovertemplate": "%{text}: %{customdata:.3g}<extra>" + plain(kind) + "</extra>",
             "marker": {"size": [10 + 26 * (amounts[n] / most) ** 0.5 for n in own],
                        "symbol": _SYMBOLS[number % len(_SYMBOLS)], "opacity": 0.75,
                        "color": COLOURS[number % len(COLOURS)],
                        "line": {"width": 1, "color": "#fff"}}}
        )  # fmt: skip
    legend = {"orientation": "h", "y": -0.02, "yanchor": "top", "itemsizing": "constant"}
    made = layout(geo=_view(places), height=420, legend=legend, showlegend=bool(kinds))
    return Figure(says, data, made)


def intervals(
    says: str,
    names: Sequence[str],
    values: Sequence[tuple[float, float, float]],
    metric: str,
    *,
    ratios: bool = False,
) -> Figure:
    """Draw values with intervals, one upon the other, the first on top.

    `ratios` are all of one kind, and beside 1; else the first is ours, and beside 0.
    """
    shown = [plain(name) for name in names]
    middle = [value for value, _, _ in values]
    others = COLOURS[0] if ratios else COLOURS[7]
    data = [
        {"type": "scatter", "mode": "markers", "x": middle, "y": list(range(len(names))),
         "marker": {"size": 9, "color": [COLOURS[0], *[others] * (len(names) - 1)]},
         "error_x": {"type": "data", "symmetric": False, "color": "#1a1a1a",
                     "array": [high - value for value, _, high in values],
                     "arrayminus": [value - low for value, low, _ in values]},
         "customdata": shown, "hovertemplate": "%{customdata}: %{x:.4f}<extra></extra>"}
    ]  # fmt: skip
    axis = _named_axis(names)
    side: dict[str, Any] = {"title": {"text": plain(metric)}, "rangemode": "tozero"}
    one: list[dict[str, Any]] = []
    if ratios:
        side = {"title": side["title"], "type": "log", "tickvals": RATIOS,
                "ticktext": [f"×{ratio:g}" for ratio in RATIOS]}  # fmt: skip
        one = [{"type": "line", "x0": 1, "x1": 1, "y0": 0, "y1": 1, "yref": "paper",
                "line": {"color": _INK, "width": 1, "dash": "dot"}}]  # fmt: skip
    made = layout(yaxis=axis, xaxis=side, shapes=one, height=_TOP + _ROW * len(names))
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


def _hexagons(ids: Sequence[str]) -> tuple[dict[str, Any], list[tuple[float, float]]]:
    """Return cells as features of GeoJSON, and all of their corners: longitude and latitude."""
    shapes = [(cell, shape) for cell in ids if (shape := cell_shape(cell))]
    features = [
        {"type": "Feature", "id": cell, "properties": {},
         "geometry": {"type": shape.name, "coordinates": [shape.coordinates[0][::-1]]}}
        for cell, shape in shapes
    ]  # fmt: skip
    corners = [position for _, shape in shapes for position in shape.ring]
    return {"type": "FeatureCollection", "features": features}, corners


def _middle(cell: str) -> Place:
    """Return the middle of the corners of a cell."""
    shape = cell_shape(cell)
    ring = shape.ring[:-1] if shape else ()
    return sum(p[1] for p in ring) / len(ring), sum(p[0] for p in ring) / len(ring)


def _curve(origin: Place, destination: Place) -> tuple[list[float], list[float]]:
    """Return latitudes and longitudes of a way that bends to the right: a quadratic curve."""
    wide = cos(radians(origin[0])) or 1.0
    north, east = destination[0] - origin[0], (destination[1] - origin[1]) * wide
    latitudes, longitudes = [], []
    for piece in range(_CURVE + 1):
        part = piece / _CURVE
        aside = 2 * _BEND * part * (1 - part)
        latitudes.append(origin[0] + north * part - east * aside)
        longitudes.append(origin[1] + (east * part + north * aside) / wide)
    return latitudes, longitudes


def _bearing(latitudes: Sequence[float], longitudes: Sequence[float]) -> float:
    """Return where the last piece of a way leads, in degrees clockwise from the north."""
    wide = cos(radians(latitudes[-1]))
    return degrees(atan2((longitudes[-1] - longitudes[-2]) * wide, latitudes[-1] - latitudes[-2]))


def _root_scale(most: float) -> dict[str, Any]:
    """Return a scale of roots from 0, whose ticks tell what they are roots of."""
    ticks = [most * part for part in (0, 0.04, 0.16, 0.36, 0.64, 1)]
    bar = {"thickness": _THIN, "tickvals": [tick**0.5 for tick in ticks],
           "ticktext": [f"{tick:.3g}" for tick in ticks]}  # fmt: skip
    return {"zmin": 0, "zmax": most**0.5, "colorbar": bar}


def _roots(values: Sequence[float | None]) -> list[float | None]:
    return [None if value is None else value**0.5 for value in values]


def _view(places: Sequence[Place]) -> dict[str, Any]:
    """Return a map of nothing but what is drawn on it, of all places and no narrow strip."""
    latitudes, longitudes = zip(*places, strict=True)
    sides = []
    for values in (latitudes, longitudes):
        margin = 0.06 * (max(values) - min(values)) + 0.003
        sides.append([min(values) - margin, max(values) + margin])
    (south, north), (west, east) = sides
    # A map that would be a narrow strip is as wide as it is shown.
    lacking = _WIDE * (north - south) / (cos(radians((south + north) / 2)) or 1) - (east - west)
    if lacking > 0:
        sides[1] = [west - lacking / 2, east + lacking / 2]
    return {
        "visible": False,
        "bgcolor": _NOTHING,
        "projection": {"type": "mercator"},
        "lataxis": {"range": sides[0]},
        "lonaxis": {"range": sides[1]},
    }
