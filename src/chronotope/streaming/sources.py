"""Which source a name stands for: a file, a pipe, standard input, a topic."""

import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

from chronotope.errors import InputError
from chronotope.loading.files import STDIN
from chronotope.streaming.kafka import SCHEME, KafkaTopic, parse_address
from chronotope.streaming.messages import Source
from chronotope.streaming.pipe import Pipe
from chronotope.streaming.tail import FileTail


def open_source(
    text: str,
    *,
    max_line: int,
    name: str | None,
    find_group: Callable[[], str],
    settings: Mapping[str, str],
) -> Source:
    """Return the source that a path, `-` or kafka://host/topic names; nothing is read yet.

    `name` is what its positions are known by, else the path or the address. Raises InputError for
    what cannot be one.
    """
    if text.startswith(SCHEME):
        address = parse_address(text)
        return KafkaTopic(address, name or str(address), find_group(), settings)
    if "://" in text:
        raise InputError(
            f"{text} cannot be followed; name a file, - for standard input, or a topic like "
            f"{SCHEME}localhost/events."
        )
    if text == STDIN or _is_pipe(text):
        return Pipe(text, max_line)
    path = Path(text)
    if path.is_dir():
        raise InputError(f"{text} is a folder; name a file in it.")
    if not path.parent.is_dir():
        raise InputError(f"{text} cannot be followed: there is no folder {path.parent}.")
    return FileTail(text, name or os.path.abspath(text), max_line)


def _is_pipe(text: str) -> bool:
    try:
        mode = Path(text).stat().st_mode
    except OSError:  # it may come
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)
