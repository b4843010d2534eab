"""The one door: what the product does is a method of the client."""

from chronotope.client.client import Client
from chronotope.client.connection import connect
from chronotope.client.results import Result, Rows
from chronotope.client.values import Location

__all__ = ["Client", "Location", "Result", "Rows", "connect"]
