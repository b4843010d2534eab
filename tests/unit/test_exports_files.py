"""Exported files, read back by the libraries that they are for."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from chronotope import exports
from chronotope.errors import InputError
from chronotope.exports import Export, Line, Point, Shape, Table, cell_shape

AT = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "＝1"]
NODES: list[dict[str, Any]] = [
    {"id": "a", "name": "=HYPERLINK(1)", "users": 5, "share": 0.5, "active": True, "at": AT,
     "hours": [7, 8]},
    {"id": "b", "name": '<script>&"x"\x1b[31m', "users": None, "share": 1, "active": False},
]  # fmt: skip
SHAPES = [Point((13.0, 45.0)), None]
NETWORK = Export(
    "a network",
    Table(NODES, SHAPES),
    Table([{"source": "a", "target": "b", "kind": "TIE", "weight": -0.25}]),
)


def written(tmp_path: Path, export: Export, format_: str) -> list[Path]:
    return list(exports.write(export, tmp_path / f"x.{format_}", format_))


def lines(file: Path) -> list[str]:
    return file.read_bytes().decode("utf-8").splitlines(keepends=True)


def test_graphml_is_read_by_networkx(tmp_path: Path) -> None:
    networkx = pytest.importorskip("networkx")
    (file,) = written(tmp_path, NETWORK, "graphml")
    graph = networkx.read_graphml(file)
    assert dict(graph.nodes["a"]) == {
        "name": "=HYPERLINK(1)", "users": 5, "share": 0.5, "active": True, "at": AT.isoformat(),
        "hours": "[7, 8]", "longitude": 13.0, "latitude": 45.0,
    }  # fmt: skip
    assert graph.nodes["b"]["name"] == '<script>&"x"\ufffd[31m'
    assert "users" not in graph.nodes["b"]
    assert graph.edges["a", "b"] == {"kind": "TIE", "weight": -0.25}


def test_geojson_is_read_by_shapely_and_by_pyogrio(tmp_path: Path) -> None:
    shapely, pyogrio = pytest.importorskip("shapely"), pytest.importorskip("pyogrio")
    cell = "872a1072cffffff"
    hexagon = cell_shape(cell)
    assert hexagon is not None
    assert cell_shape("place:Harbour") is None
    shapes: list[Shape | None] = [
        hexagon,
        Point((13.0, 45.0)),
        Line(((0.0, 1.0), (2.0, 3.0))),
        None,
    ]
    rows = [{"cell": str(n), "lift": n / 2} for n in range(4)]
    (file,) = written(tmp_path, Export("cells", Table(rows, shapes)), "geojson")
    features = json.loads(file.read_text(encoding="utf-8"))["features"]
    found = [shapely.geometry.shape(feature["geometry"]) for feature in features]
    assert [shape.geom_type for shape in found] == ["Polygon", "Point", "LineString"]
    assert found[0].is_valid
    assert shapely.is_ccw(found[0].exterior)
    meta, _, geometry, values = pyogrio.raw.read(file)
    assert meta["crs"] == "EPSG:4326"
    assert [shapely.from_wkb(shape).equals(one) for shape, one in zip(geometry, found, strict=True)]
    assert values[0].tolist() == ["0", "1", "2"]


def test_parquet_is_read_by_pyarrow_with_its_shapes(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    shapely = pytest.importorskip("shapely")
    nodes, edges = written(tmp_path, NETWORK, "parquet")
    assert (nodes.name, edges.name) == ("x.nodes.parquet", "x.edges.parquet")
    table = parquet.read_table(nodes)
    row, other = table.to_pylist()
    assert {name: row[name] for name in NODES[0]} == NODES[0]
    assert (other["users"], other["hours"], other["geometry"]) == (None, None, None)
    assert shapely.from_wkb(row["geometry"]).equals(shapely.Point(13, 45))
    geo = json.loads(table.schema.metadata[b"geo"])
    assert geo["columns"]["geometry"] == {"encoding": "WKB", "geometry_types": ["Point"]}
    assert parquet.read_table(edges).to_pylist() == list(
        NETWORK.edges.rows if NETWORK.edges else []
    )


@pytest.mark.parametrize(
    "shape", [Point((1.5, 2.5)), Line(((1, 2), (3, 4))), cell_shape("892a1072cb3ffff")]
)
def test_wkb_is_what_shapely_makes_of_the_same_geojson(shape: Any) -> None:
    shapely = pytest.importorskip("shapely")
    other = shapely.geometry.shape({"type": shape.name, "coordinates": shape.coordinates})
    assert shapely.from_wkb(shape.wkb()).equals(other)


def test_csv_has_what_was_written_and_no_formula(tmp_path: Path) -> None:
    nodes, edges = written(tmp_path, NETWORK, "csv")
    first, second = csv.DictReader(lines(nodes))
    assert first == {
        "id": "a", "name": "'=HYPERLINK(1)", "users": "5", "share": "0.5", "active": "true",
        "at": AT.isoformat(), "hours": "[7, 8]", "longitude": "13.0", "latitude": "45.0",
    }  # fmt: skip
    assert (second["users"], second["longitude"]) == ("", "")
    assert next(csv.DictReader(lines(edges)))["weight"] == "-0.25"


@pytest.mark.parametrize("text", FORMULAS)
def test_texts_that_begin_a_formula_are_prefixed(tmp_path: Path, text: str) -> None:
    (file,) = written(tmp_path, Export("x", Table([{text: text}])), "csv")
    rows = list(csv.reader(lines(file)))
    assert rows == [[f"'{text}"], [f"'{text}"]]


def test_what_a_format_cannot_hold_is_refused_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(format_: str, **more: Any) -> None:
        given = {"network": True, "places": True, "overwrite": False, **more}
        exports.check(tmp_path / "x.y", format_, **given)

    with pytest.raises(InputError, match="GraphML holds networks"):
        check("graphml", network=False)
    with pytest.raises(InputError, match="no place on a map"):
        check("geojson", places=False)
    (tmp_path / "x.edges.y").touch()
    with pytest.raises(InputError, match="exists already"):
        check("csv")
    check("csv", overwrite=True)
    monkeypatch.setattr("chronotope.exports.tables.find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"chronotope\[parquet\]"):
        check("parquet", overwrite=True)


def test_a_cell_over_the_date_line_stays_in_one_piece() -> None:
    import h3

    shape = cell_shape(h3.latlng_to_cell(0, 180, 5))
    assert shape is not None
    longitudes = [position[0] for position in shape.ring]
    assert max(longitudes) - min(longitudes) < 1
