"""A page of its own: all that it needs is in it, and it asks no machine for anything."""

import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from chronotope import outputs
from chronotope.errors import InputError
from chronotope.resources import VERSION

NAME = "index.html"

FONTS = (
    "system-ui, 'Noto Sans CJK SC', 'Noto Sans SC', 'Source Han Sans SC', 'PingFang SC', "
    "'Hiragino Sans GB', 'Microsoft YaHei', 'WenQuanYi Micro Hei', 'WenQuanYi Zen Hei', sans-serif"
)
"""Letters of the system, and Chinese ones by the names that they have on each."""

_STYLE = """\
:root { color-scheme: light; }
body { font: 16px/1.5 FONTS; margin: 0 auto; max-width: 64rem; padding: 1rem;
  color: #1a1a1a; background: #fff; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
p.note { color: #555; } .figure { width: 100%; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #ccc;
  overflow-wrap: break-word; }
td.number, th.number { text-align: right; }
label { display: flex; gap: 1rem; align-items: center; } input[type=range] { flex: 1; }
select { font: inherit; max-width: 100%; }
:focus-visible { outline: 3px solid #0072b2; }
@page { margin: 14mm; }
@media print {
  body { max-width: none; padding: 0; font-size: 11pt; print-color-adjust: exact;
    -webkit-print-color-adjust: exact; }
  h1, h2, p.note, label { break-after: avoid; } .figure, tr { break-inside: avoid; }
  thead { display: table-header-group; } .wide { overflow: visible; } input { display: none; }
  select { border: 0; appearance: none; }
  /* A picture is as wide as the paper: the script says how large it was drawn. */
  .figure .svg-container { width: 100% !important; height: auto !important;
    aspect-ratio: var(--drawn); }
  .figure .main-svg { width: 100%; height: 100%; }
}
""".replace("FONTS", FONTS)
_SCRIPT = """\
// Outlines of countries would be fetched: there are none.
const none = {type: "GeometryCollection", geometries: []};
const objects = {coastlines: none, land: none, ocean: none, lakes: none, rivers: none,
  countries: none, subunits: none};
window.PlotlyGeoAssets = {topojson: {world_110m: {type: "Topology", arcs: [], objects}}};
for (const place of document.querySelectorAll(".figure")) {
  const figure = JSON.parse(document.getElementById(place.dataset.figure).textContent);
  Plotly.newPlot(place, figure.data, figure.layout,
    {responsive: true, displaylogo: false, displayModeBar: false, scrollZoom: false});
  const slider = document.getElementById(place.dataset.figure + "-step");
  if (!slider) continue;
  const show = () => {
    const step = figure.steps[slider.value];
    if (slider.type === "range") {
      slider.setAttribute("aria-valuetext", step.name);
      slider.nextElementSibling.textContent = step.name;
    }
    Plotly.restyle(place, step.change);
  };
  slider.addEventListener("input", show);
}
addEventListener("beforeprint", () => {
  for (const drawing of document.querySelectorAll(".figure .main-svg")) {
    const wide = drawing.getAttribute("width"), high = drawing.getAttribute("height");
    drawing.setAttribute("viewBox", `0 0 ${wide} ${high}`);
    drawing.parentElement.style.setProperty("--drawn", `${wide} / ${high}`);
  }
});
addEventListener("afterprint", () => {
  for (const drawing of document.querySelectorAll(".figure .main-svg"))
    drawing.removeAttribute("viewBox");
});
"""


@dataclass(frozen=True)
class Step:
    """What a slider changes of a figure: `change` is as in Plotly.restyle, by attribute."""

    name: str
    change: Mapping[str, Any]


@dataclass(frozen=True)
class Figure:
    """A picture, as plotly draws it: traces and layout; `says` is what it shows, in words.

    Steps are those of a slider, or with `choice` of a list to choose from.
    """

    says: str
    data: Sequence[Mapping[str, Any]]
    layout: Mapping[str, Any]
    steps: Sequence[Step] = ()
    begin: int = 0
    choice: bool = False


@dataclass(frozen=True)
class Rows:
    """A table, perhaps without headings. Columns of `numbers` stand to the right."""

    headings: Sequence[str]
    rows: Sequence[Sequence[object]]
    numbers: Sequence[int] = ()


@dataclass(frozen=True)
class Section:
    """A part of a page: words, then pictures and tables. All of it is text, and is escaped."""

    title: str
    notes: Sequence[str] = ()
    parts: Sequence[Figure | Rows] = ()


def check(folder: Path, *, overwrite: bool) -> None:
    """Raise InputError, before any work is done, where no page can be written or drawn."""
    if find_spec("plotly") is None:
        raise InputError("Pages need plotly; install the extra: pip install 'chronotope[pages]'.")
    if folder.is_dir():
        outputs.check_file(folder / NAME, overwrite=overwrite)
    else:
        outputs.check_new_folder(folder)


def write(
    folder: Path, title: str, language: str, sections: Sequence[Section], *, overwrite: bool = False
) -> Path:
    """Write a page into a folder, which is made, and return where it is."""
    content = render(title, language, sections).encode()
    with outputs.sentences(folder):
        folder.mkdir(parents=True, exist_ok=True)
    outputs.write(folder / NAME, content, overwrite=overwrite)
    return folder / NAME


def render(title: str, language: str, sections: Sequence[Section]) -> str:
    """Return a page that opens from the file system, without a network."""
    from plotly.offline import get_plotlyjs

    body, number = [], 0
    for section in sections:
        body.append(f"<section><h2>{_text(section.title)}</h2>")
        body += (f'<p class="note">{_text(note)}</p>' for note in section.notes)
        for part in section.parts:
            if isinstance(part, Rows):
                body.append(_table(part))
            else:
                number += 1
                body.append(_figure(part, f"figure{number}"))
        body.append("</section>")
    drawn = number > 0
    scripts = f"<script>{get_plotlyjs()}</script>\n<script>{_SCRIPT}</script>" if drawn else ""
    return (
        f'<!doctype html>\n<html lang="{_text(language)}"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="generator" content="chronotope {_text(VERSION)}">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "script-src 'unsafe-inline' 'unsafe-eval' blob:; style-src 'unsafe-inline'; "
        'img-src data: blob:; worker-src blob:; connect-src data: blob:; font-src data:">\n'
        f"<title>{_text(title)}</title><style>{_STYLE}</style></head>\n"
        f"<body><main><h1>{_text(title)}</h1>\n"
        + "\n".join(body)
        + f"</main>\n{scripts}\n</body></html>\n"
    )


def plain(text: object) -> str:
    """Return a text for plotly, which takes some tags for markup."""
    return html.escape(str(text), quote=False)


def _figure(figure: Figure, name: str) -> str:
    steps = [{"name": step.name, "change": step.change} for step in figure.steps]
    told = {"data": figure.data, "layout": figure.layout, "steps": steps}
    slider = ""
    if figure.steps and figure.choice:
        options = "".join(
            f'<option value="{n}"{" selected" * (n == figure.begin)}>{_text(step.name)}</option>'
            for n, step in enumerate(figure.steps)
        )
        slider = (
            f'<label><select id="{name}-step" aria-label="{_text(figure.says)}" '
            f'autocomplete="off">{options}</select></label>'
        )
    elif figure.steps:
        first = _text(figure.steps[figure.begin].name)
        slider = (
            f'<label><input type="range" id="{name}-step" min="0" max="{len(steps) - 1}" '
            f'value="{figure.begin}" aria-label="{_text(figure.says)}" aria-valuetext="{first}">'
            f"<output>{first}</output></label>"
        )
    return (
        f'{slider}<div class="figure" role="img" aria-label="{_text(figure.says)}" '
        f'data-figure="{name}"></div><script type="application/json" id="{name}">'
        f"{_json(told)}</script>"
    )


def _table(table: Rows) -> str:
    def cells(kind: str, row: Sequence[object]) -> str:
        return "".join(
            f"<{kind}{' class=number' if n in table.numbers else ''}>{_text(cell)}</{kind}>"
            for n, cell in enumerate(row)
        )

    rows = "".join(f"<tr>{cells('td', row)}</tr>" for row in table.rows)
    head = f"<thead><tr>{cells('th', table.headings)}</tr></thead>" if table.headings else ""
    return f'<div class="wide" tabindex="0"><table>{head}<tbody>{rows}</tbody></table></div>'


def _text(value: object) -> str:
    return "" if value is None else html.escape(str(value))


def _json(value: Any) -> str:
    """Return JSON that may stand in a script: no sign of it can end that."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, default=_plain)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is nothing that a page holds")
