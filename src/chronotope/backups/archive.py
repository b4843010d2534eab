"""The file of a backup: a tar of a manifest and of a dump, in that order.

Any tar takes the dump out of it, for `neo4j-admin database load`. It is written and read as a
stream of bytes, from the beginning to the end.
"""

import hashlib
import io
import os
import tarfile
from pathlib import Path
from typing import IO

from chronotope.backups.manifest import Manifest

MANIFEST, DUMP = "manifest.json", "neo4j.dump"
_LARGEST_MANIFEST = 1_000_000
_BLOCK = 1_000_000


class Unsound(Exception):  # noqa: N818  the caller makes a sentence of it, with the file's name
    """A stream that is no backup, or not all of one; the message says why."""


def pack(stream: IO[bytes], manifest: Manifest, dump: Path) -> None:
    """Write a backup."""
    with tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        text = manifest.to_json()
        tar.addfile(_member(MANIFEST, len(text), manifest), io.BytesIO(text))
        with dump.open("rb") as file:
            tar.addfile(_member(DUMP, manifest.size, manifest), file)


def unpack(stream: IO[bytes], folder: Path) -> Manifest:
    """Write the dump of a backup into a folder, and return the manifest that it fits.

    Raises Unsound for a stream that is no backup, or not as it was written.
    """
    try:
        with tarfile.open(fileobj=stream, mode="r|") as tar:
            manifest = Manifest.from_json(_next(tar, MANIFEST).read(_LARGEST_MANIFEST))
            size, sha256 = _copy(_next(tar, DUMP), folder / DUMP)
    except (tarfile.TarError, ValueError, EOFError):
        raise Unsound("it is not a backup of chronotope, or only the beginning of one") from None
    if size != manifest.size:
        raise Unsound(f"it has {size:,} of {manifest.size:,} bytes")
    if sha256 != manifest.sha256:
        raise Unsound("it is damaged: its SHA-256 is not the one that was noted")
    return manifest


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _member(name: str, size: int, manifest: Manifest) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    member.mtime = int(manifest.created_at.timestamp())
    return member


def _next(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    member = tar.next()
    file = tar.extractfile(member) if member and member.isfile() and member.name == name else None
    if file is None:
        raise ValueError(f"no {name}")
    return file


def _copy(source: IO[bytes], place: Path) -> tuple[int, str]:
    """Copy a stream into a new file that nobody else can read; return its size and SHA-256."""
    digest, size = hashlib.sha256(), 0
    with open(place, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        while block := source.read(_BLOCK):
            digest.update(block)
            size += file.write(block)
    return size, digest.hexdigest()
