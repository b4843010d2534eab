"""Turn what people type into values of Cypher's types, and values into what JSON can hold."""

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, time
from typing import Any

import click

from chronotope.cli.params import parse_moment, parse_point
from chronotope.errors import InputError

_SHOWN = 200


def parse_value(text: str, kind: str) -> Any:
    """Parse the value of a parameter of the Cypher type `kind`; `null` is null.

    Of any type it is JSON, else the text itself.

    Raises UsageError for a text that is no value of it.
    """
    if text == "null":
        return None
    if kind == "ANY":
        with suppress(ValueError, RecursionError):
            return json.loads(text)
        return text
    try:
        match kind:
            case "INTEGER":
                return int(text)
            case "FLOAT":
                return float(text)
            case "BOOLEAN":
                return {"true": True, "false": False}[text.lower()]
            case "STRING":
                return text
            case "ZONED DATETIME":
                return parse_moment(text)
            case "POINT":
                return parse_point(text)
            case _:
                return json.loads(text)
    except InputError as problem:
        raise click.UsageError(str(problem)) from None
    except (ValueError, KeyError, RecursionError):
        start = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        raise click.UsageError(f"'{start}' is not a value of the type {kind}.") from None


def plain(value: Any) -> Any:
    """Turn a value into what JSON can hold; places become GeoJSON."""
    match value:
        case Mapping():
            return {key: plain(item) for key, item in value.items()}
        case _ if hasattr(value, "__geo_interface__"):
            return plain(value.__geo_interface__)
        case _ if hasattr(value, "iso_format"):  # a duration of the driver
            return value.iso_format()
        case list() | tuple():
            return [plain(item) for item in value]
        case date() | time():
            return value.isoformat()
        case _:
            return value
