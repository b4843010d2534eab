"""Write a city as the files that the loader reads: a row travels the natural way, also here."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from chronotope import outputs
from chronotope.city.generate import City, Row
from chronotope.loading import EVENTS, ITEMS


def write(city: City, folder: Path) -> tuple[Path, Path]:
    """Write items.csv and events.csv into `folder`; return the two paths.

    Raises InputError where they cannot be written.
    """
    with outputs.sentences(folder):
        folder.mkdir(parents=True, exist_ok=True)
    items, events = folder / "items.csv", folder / "events.csv"
    _write(items, ITEMS.columns, city.items)
    _write(events, EVENTS.columns, city.events)
    return items, events


def _write(path: Path, columns: Sequence[str], rows: Sequence[Row]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerows(rows)
    outputs.write(path, text.getvalue().encode(), overwrite=True)
