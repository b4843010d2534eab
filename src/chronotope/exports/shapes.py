"""Shapes on the globe, as GeoJSON and as well-known binary. Longitude comes before latitude."""

import struct
from dataclasses import dataclass
from typing import Any, ClassVar

import h3

Position = tuple[float, float]
"""Longitude and latitude, in degrees."""


@dataclass(frozen=True)
class Point:
    """A place."""

    name: ClassVar[str] = "Point"
    position: Position

    @property
    def coordinates(self) -> Any:
        """What GeoJSON calls so."""
        return list(self.position)

    def wkb(self) -> bytes:
        """Return it as well-known binary (ISO 19125)."""
        return struct.pack("<BI2d", 1, 1, *self.position)


@dataclass(frozen=True)
class Line:
    """From one place to another."""

    name: ClassVar[str] = "LineString"
    positions: tuple[Position, ...]

    @property
    def coordinates(self) -> Any:
        """What GeoJSON calls so."""
        return [list(position) for position in self.positions]

    def wkb(self) -> bytes:
        """Return it as well-known binary."""
        return struct.pack("<BI", 1, 2) + _packed(self.positions)


@dataclass(frozen=True)
class Polygon:
    """A ring, of which the last position is the first; counterclockwise."""

    name: ClassVar[str] = "Polygon"
    ring: tuple[Position, ...]

    @property
    def coordinates(self) -> Any:
        """What GeoJSON calls so."""
        return [[list(position) for position in self.ring]]

    def wkb(self) -> bytes:
        """Return it as well-known binary."""
        return struct.pack("<BII", 1, 3, 1) + _packed(self.ring)


Shape = Point | Line | Polygon


def cell_shape(cell: str) -> Polygon | None:
    """Return the hexagon of a cell of H3; None of a named place, which has no coordinates."""
    if not h3.is_valid_cell(cell):
        return None
    ring = [(longitude, latitude) for latitude, longitude in h3.cell_to_boundary(cell)]
    if max(p[0] for p in ring) - min(p[0] for p in ring) > 180:  # over the date line: one side
        ring = [(longitude % 360, latitude) for longitude, latitude in ring]
    return Polygon((*ring, ring[0]))


def _packed(positions: tuple[Position, ...]) -> bytes:
    numbers = [number for position in positions for number in position]
    return struct.pack(f"<I{len(numbers)}d", len(positions), *numbers)
