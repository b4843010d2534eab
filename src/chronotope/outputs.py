"""Files that commands write for people: beside their place first, put there when they are whole.

Nothing that is there is lost: an input, or what is linked to it, is never written to, and what
exists is replaced only for those who say so. What a command leaves there that was killed, the next
one that writes there removes.
"""

import errno
import fcntl
import io
import os
import secrets
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import BinaryIO

from chronotope import encryption
from chronotope.encryption import Secret
from chronotope.errors import InputError

_STDIN = "-"
_PREFIX, _SUFFIX = ".chronotope-", ".part"
_BLOCK = bytes(4096)  # a full disk may still have room for an empty file


def check_file(path: Path, *, overwrite: bool = False, inputs: Iterable[str] = ()) -> Path:
    """Return where a file is to be written, links followed, before any work is done for it.

    Raises InputError for one of `inputs` (paths, `-` is standard input) or a link to it, for a file
    that exists unless it may be replaced, and for a place where none can be written.
    """
    with sentences(path):
        place = _resolved(path)
        found = _status(path)
        if found and any(os.path.samestat(found, other) for other in _statuses(inputs)):
            raise InputError(f"{path} is an input; name another file to write to.")
        if found and stat.S_ISDIR(found.st_mode):
            raise InputError(f"{path} is a folder; name a file in it.")
        if found and not stat.S_ISREG(found.st_mode):
            _try_device(path)
            return path  # of a pipe that is /dev/stdout, the end of the links is no path
        if found and not overwrite:
            raise InputError(f"{path} exists already; name another file, or say --overwrite.")
        if not place.parent.exists():
            raise InputError(f"{path} cannot be written: there is no folder {place.parent}.")
        try_folder(place.parent)
    return place


def check_new_folder(path: Path) -> None:
    """Raise InputError, before any work is done, unless a folder is empty or can be made."""
    with sentences(path):
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            what = "is not empty" if path.is_dir() else "is a file"
            raise InputError(f"{path} {what}; name a new folder.")
        place = _resolved(path)
        _status(place)
        try_folder(next(folder for folder in (place, *place.parents) if folder.exists()))


def try_folder(folder: Path) -> None:
    """Write a file into a folder and delete it. Raises OSError where that cannot be done."""
    trial = _beside(folder / "trial")
    try:
        with trial.open("xb", buffering=0) as file:
            write_whole(file, _BLOCK)
    finally:
        with suppress(OSError):
            trial.unlink()


def write_whole(file: io.FileIO, content: bytes) -> None:
    """Write all of it to an unbuffered file, which may take a part at a time. Raises OSError."""
    rest = memoryview(content)
    while rest:
        rest = rest[file.write(rest) :]


def named(path: Path, secret: Secret | None) -> Path:
    """Return where a file is written: one that is encrypted says so by its name."""
    return path.with_name(path.name + encryption.SUFFIX) if secret else path


@contextmanager
def writing(
    path: Path, *, overwrite: bool = False, private: bool = False, secret: Secret | None = None
) -> Iterator[BinaryIO]:
    """Open a file beside `path`; at the end it takes its place, and after an error it vanishes.

    With `private` nobody but the owner can read it. With a `secret` what is written is encrypted
    before it reaches the disk. Raises InputError for what cannot be written.
    """
    with sentences(path):
        place = _resolved(path)
        _clear(place.parent)
        part = _beside(place)
        try:
            with open(part, "xb", opener=_open_private if private else None) as file:
                _hold(file.fileno())
                with encryption.encrypting(file, secret) if secret else nullcontext(file) as open_:
                    yield open_
                file.flush()
                os.fsync(file.fileno())
            put(part, place, overwrite=overwrite, private=private)
        finally:
            with suppress(OSError):
                part.unlink()


@contextmanager
def temporary_folder(parent: Path | None = None) -> Iterator[Path]:
    """Make a folder that nobody else can read and that vanishes at the end.

    `parent` is by default the system's folder of such. Raises OSError.
    """
    parent = parent or Path(tempfile.gettempdir())
    _clear(parent)
    with tempfile.TemporaryDirectory(_SUFFIX, _PREFIX, parent) as made:
        descriptor = os.open(made, os.O_RDONLY)
        try:
            _hold(descriptor)
            yield Path(made)
        finally:
            os.close(descriptor)


def write(
    path: Path,
    content: bytes,
    *,
    overwrite: bool = False,
    private: bool = False,
    secret: Secret | None = None,
) -> None:
    """Write a whole file, as `writing` does."""
    with writing(path, overwrite=overwrite, private=private, secret=secret) as file:
        file.write(content)


def put(part: Path, place: Path, *, overwrite: bool, private: bool = False) -> None:
    """Have a file that is whole take its place; one that is replaced hands on its permissions.

    A `private` one keeps its own.

    Raises InputError for a file that has come to exist meanwhile, and OSError.
    """
    found = _status(place)
    if found and not overwrite:
        raise InputError(f"{place} has come to exist meanwhile; name another file.")
    if found and not private:
        part.chmod(stat.S_IMODE(found.st_mode))
    part.replace(place)


@contextmanager
def sentences(path: Path | str) -> Iterator[None]:
    """Turn what the operating system complains of while a file is written into a sentence."""
    try:
        yield
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise InputError(f"{path} cannot be written: {reason}.") from None


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except RuntimeError:  # what Python before 3.13 makes of links in a circle
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from None
    except ValueError:  # zero bytes, or half a pair
        raise OSError(errno.EINVAL, "no file can have this name") from None


def _beside(place: Path) -> Path:
    return place.with_name(f"{_PREFIX}{secrets.token_hex(8)}{_SUFFIX}")


def _clear(folder: Path) -> None:
    """Remove what commands left in a folder that were killed while they wrote.

    It may be a whole graph. What belongs to a command that goes on is held by it.
    """
    for path in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
        with suppress(OSError):  # it is somebody else's, or held, or gone
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            finally:
                os.close(descriptor)


def _hold(descriptor: int) -> None:
    """Keep other commands from taking a file or a folder for one that was left."""
    with suppress(OSError):  # there are file systems without locks
        fcntl.flock(descriptor, fcntl.LOCK_EX)


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _statuses(inputs: Iterable[str]) -> Iterator[os.stat_result]:
    for name in inputs:
        with suppress(OSError, ValueError):  # one that cannot be read is told by who reads it
            yield os.fstat(sys.stdin.fileno()) if name == _STDIN else Path(name).stat()


def _try_device(place: Path) -> None:
    """Write an empty line to a device that is no terminal: /dev/full shows so what it is."""
    if place.is_char_device():
        with place.open("wb", buffering=0) as file:
            if not file.isatty():
                file.write(b"\n")
