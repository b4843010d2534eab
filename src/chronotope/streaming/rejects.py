"""The file that a follower appends rejected messages to: NDJSON that `load events` reads."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chronotope import outputs
from chronotope.loading import RejectsFile


@contextmanager
def keep_log(path: Path, source: str) -> Iterator[RejectsFile]:
    """Open the file, which may be there already.

    Raises InputError for the source itself, and for a place where it cannot be written.
    """
    place = outputs.check_file(path, overwrite=True, inputs=[source])
    with outputs.sentences(place):
        _end_line(place)
        log = RejectsFile(place, place, overwrite=True)
    with log:
        yield log


def _end_line(place: Path) -> None:
    """End the line that a follower was writing when it was killed."""
    if not place.is_file():
        return
    with place.open("r+b") as file:
        if file.seek(0, os.SEEK_END):
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                file.write(b"\n")
