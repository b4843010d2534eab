"""Where the city lies: an invented port on open water, so that it is nobody's home. Data."""

from dataclasses import dataclass

ZONE = "Europe/Rome"
"""The time zone of its hours; it has daylight saving."""

CENTER = (45.0, 13.0)
"""Latitude and longitude, in the Adriatic Sea."""


@dataclass(frozen=True)
class District:
    """A part of the city: its offset from the centre in km, its spread, and who lives or works."""

    name: str
    east: float
    north: float
    spread: float
    homes: float
    work: float
    language: str
    goods: str


DISTRICTS = (
    District("Old Town", 0.0, 0.0, 0.6, 0.8, 1.5, "it", "Books"),
    District("Harbour", 1.8, -1.2, 0.7, 0.5, 1.2, "en", "Music"),
    District("Lantern Quarter", -1.5, 0.9, 0.5, 1.2, 0.5, "zh", "Tea"),
    District("University", 0.8, 2.4, 0.7, 1.0, 1.6, "en", "Books"),
    District("Riverside", -2.4, -1.8, 0.9, 1.8, 0.4, "fr", "Running"),
    District("Glassworks", 3.4, 1.1, 0.8, 0.6, 1.8, "de", "Kitchen"),
    District("Orchard Hill", -3.1, 2.7, 1.0, 2.0, 0.2, "es", "Garden"),
    District("Little Kyoto", 2.6, 3.2, 0.5, 0.9, 0.4, "ja", "Tea"),
)
