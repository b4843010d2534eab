"""Tables, maps and networks as files for other programs: Gephi, QGIS, kepler.gl, pandas."""

from chronotope.exports.shapes import Line, Point, Polygon, Shape, cell_shape
from chronotope.exports.tables import FORMATS, Export, Table, check, write

__all__ = [
    "FORMATS",
    "Export",
    "Line",
    "Point",
    "Polygon",
    "Shape",
    "Table",
    "cell_shape",
    "check",
    "write",
]
