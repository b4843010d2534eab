"""What is exported, and the files that it becomes."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO
from xml.sax.saxutils import escape, quoteattr

from chronotope import outputs
from chronotope.encryption import Secret
from chronotope.errors import InputError
from chronotope.exports.shapes import Shape

FORMATS = ("graphml", "geojson", "parquet", "csv")

_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
_SOURCE, _TARGET = "source", "target"
_GRAPHML = "http://graphml.graphdrawing.org/xmlns"


@dataclass(frozen=True)
class Table:
    """Rows of named values: texts, numbers, booleans, moments and lists of these, or None.

    Each row has a shape or None in `shapes`, which is empty where nothing has one.
    """

    rows: Sequence[Mapping[str, Any]]
    shapes: Sequence[Shape | None] = ()

    @property
    def columns(self) -> list[str]:
        """The names of all values, in the order in which they come."""
        return list(dict.fromkeys(chain.from_iterable(self.rows)))


@dataclass(frozen=True)
class Export:
    """What a file is made of: `nodes`, and where it is a network `edges` between them.

    Nodes have an `id`; edges have the ids of a `source` and a `target`. `about` says what it is.
    """

    name: str
    nodes: Table
    edges: Table | None = None
    about: Mapping[str, Any] = field(default_factory=dict)


def check(
    path: Path,
    format_: str,
    *,
    network: bool,
    places: bool,
    overwrite: bool,
    secret: Secret | None = None,
) -> None:
    """Raise InputError, before any work is done, for what cannot be written.

    A GraphML file holds a `network`, and GeoJSON what has `places`.
    """
    if format_ == "graphml" and not network:
        raise InputError("GraphML holds networks, and this is a map; take geojson, parquet or csv.")
    if format_ == "geojson" and not places:
        raise InputError("This has no place on a map; take graphml, parquet or csv.")
    if format_ == "parquet" and find_spec("pyarrow") is None:
        raise InputError(
            "Parquet needs pyarrow; install the extra: pip install chronotope[parquet]."
        )
    for place in paths(path, format_, network=network):
        outputs.check_file(outputs.named(place, secret), overwrite=overwrite)


def paths(path: Path, format_: str, *, network: bool) -> tuple[Path, ...]:
    """Return the files that an export becomes: a network two, where a file holds one table."""
    if not network or format_ in ("graphml", "geojson"):
        return (path,)
    return tuple(path.with_name(f"{path.stem}.{part}{path.suffix}") for part in ("nodes", "edges"))


def write(
    export: Export,
    path: Path,
    format_: str,
    *,
    overwrite: bool = False,
    secret: Secret | None = None,
) -> tuple[Path, ...]:
    """Write an export, all of its files or none, and return where they are.

    With a `secret` each is encrypted, and its name says so. GeoJSON has the nodes and edges that
    have a shape. Raises InputError where it cannot be written.
    """
    network = export.edges is not None
    places = tuple(outputs.named(one, secret) for one in paths(path, format_, network=network))
    tables = [table for table in (export.nodes, export.edges) if table is not None]
    with ExitStack() as stack:
        files = [
            stack.enter_context(outputs.writing(place, overwrite=overwrite, secret=secret))
            for place in places
        ]
        if format_ == "graphml":
            _graphml(export, files[0])
        elif format_ == "geojson":
            _geojson(export, tables, files[0])
        else:
            for table, file in zip(tables, files, strict=True):
                (_parquet if format_ == "parquet" else _csv)(table, file)
    return places


def _csv(table: Table, file: BinaryIO) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    writer = csv.writer(text)
    places = [_middle(shape) for shape in table.shapes]
    located = ["longitude", "latitude"] if any(places) else []
    writer.writerow([*map(_harmless, table.columns), *located])
    for number, row in enumerate(table.rows):
        place = (places[number] or ("", "")) if located else ()
        writer.writerow([*(_cell(row.get(name)) for name in table.columns), *place])
    text.detach()


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, int | float) else _harmless(_text(value))


def _harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: one that begins so is prefixed."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _middle(shape: Shape | None) -> tuple[float, float] | None:
    """Return the middle of a shape, for programs that know points alone."""
    if shape is None:
        return None
    coordinates = shape.coordinates
    if shape.name == "Point":
        return coordinates[0], coordinates[1]
    positions = coordinates[0][:-1] if shape.name == "Polygon" else coordinates
    longitudes, latitudes = zip(*positions, strict=True)
    return sum(longitudes) / len(positions), sum(latitudes) / len(positions)


def _geojson(export: Export, tables: Sequence[Table], file: BinaryIO) -> None:
    """Write a collection of features (RFC 7946), a line each."""
    head = json.dumps({"type": "FeatureCollection", "name": export.name, **export.about})
    file.write(head[:-1].encode() + b', "features": [')
    separator = b"\n"
    for table in tables:
        for row, shape in zip(table.rows, table.shapes, strict=bool(table.shapes)):
            if shape is None:
                continue
            feature = {
                "type": "Feature",
                "geometry": {"type": shape.name, "coordinates": shape.coordinates},
                "properties": {name: _plain(value) for name, value in row.items()},
            }
            file.write(separator + json.dumps(feature, ensure_ascii=False).encode())
            separator = b",\n"
    file.write(b"\n]}\n")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _parquet(table: Table, file: BinaryIO) -> None:
    """Write a table, with shapes as GeoParquet 1.1 has them."""
    import pyarrow
    from pyarrow import parquet

    columns = {name: pyarrow.array([row.get(name) for row in table.rows]) for name in table.columns}
    metadata = {}
    if any(table.shapes):
        shapes = [shape.wkb() if shape else None for shape in table.shapes]
        columns["geometry"] = pyarrow.array(shapes, pyarrow.binary())
        kinds = sorted({shape.name for shape in table.shapes if shape})
        told = {"encoding": "WKB", "geometry_types": kinds}
        geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": told}}
        metadata["geo"] = json.dumps(geo)
    made = pyarrow.table(columns)
    parquet.write_table(made.replace_schema_metadata(metadata), file)


def _graphml(export: Export, file: BinaryIO) -> None:
    """Write a directed network; lists are JSON, and shapes the longitude and latitude of Gephi."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="\n")
    text.write(f'<?xml version="1.0" encoding="utf-8"?>\n<graphml xmlns="{_GRAPHML}">\n')
    keys: dict[tuple[str, str], tuple[str, str]] = {}
    edges = export.edges or Table(())
    tables = (("node", _located(export.nodes), ["id"]), ("edge", edges, [_SOURCE, _TARGET]))
    for what, table, ends in tables:
        for name in table.columns:
            if name not in ends:
                key, kind = f"{what[0]}{len(keys)}", _kind(row.get(name) for row in table.rows)
                keys[what, name] = key, kind
                named = f"attr.name={_quoted(name)} attr.type={_quoted(kind)}"
                text.write(f'<key id="{key}" for="{what}" {named}/>\n')
    text.write(f'<graph id={_quoted(export.name)} edgedefault="directed">\n')
    for what, table, ends in tables:
        for row in table.rows:
            known = " ".join(f"{name}={_quoted(row[name])}" for name in ends)
            text.write(f"<{what} {known}>")
            for name, value in row.items():
                if name not in ends and value is not None:
                    key, kind = keys[what, name]
                    plain = _text(value) if kind == "string" else str(value).lower()
                    text.write(f'<data key="{key}">{escape(_legal(plain))}</data>')
            text.write(f"</{what}>\n")
    text.write("</graph>\n</graphml>\n")
    text.detach()


def _quoted(text: str) -> str:
    return quoteattr(_legal(text))


def _located(table: Table) -> Table:
    if not any(table.shapes):
        return table
    rows = []
    for row, shape in zip(table.rows, table.shapes, strict=True):
        place = _middle(shape)
        rows.append({**row, "longitude": place[0], "latitude": place[1]} if place else row)
    return Table(rows)


def _kind(values: Any) -> str:
    """Return the type of GraphML that holds all values."""
    kinds = {type(value) for value in values if value is not None}
    if kinds == {bool}:
        return "boolean"
    if kinds == {int}:
        return "long"
    return "double" if kinds and kinds <= {int, float} else "string"


def _legal(text: str) -> str:
    """Replace what no XML may hold: control characters, and halves of pairs."""
    return "".join(
        sign
        if sign in "\t\n\r" or " " <= sign <= "\ud7ff" or "\ue000" <= sign <= "\ufffd"
        or sign > "\uffff"
        else "\ufffd"
        for sign in text
    )  # fmt: skip
