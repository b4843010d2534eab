"""A synthetic city: residents, venues and a shop, made up from a seed. No real data."""

from chronotope.city.generate import City, CityOptions, generate
from chronotope.city.places import CENTER, DISTRICTS, ZONE
from chronotope.city.write import write

__all__ = ["CENTER", "DISTRICTS", "ZONE", "City", "CityOptions", "generate", "write"]
