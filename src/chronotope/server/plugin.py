"""The plugin: a jar with a procedure for each query that reads, for the `plugins` of a server.

It comes with the package; `plugin/build.py` makes it of the catalogue.
"""

import zipfile
from dataclasses import dataclass
from pathlib import Path

from chronotope import outputs
from chronotope.errors import InputError
from chronotope.resources import folder

_NAME = "chronotope.jar"
_MANIFEST = "META-INF/MANIFEST.MF"
_TITLE, _VERSION = "Implementation-Title: chronotope", "Implementation-Version: "


@dataclass(frozen=True)
class Installed:
    """Where a plugin lies, its version, and that of the one whose place it took, if there was one.

    `changed` is False where it was there already, byte by byte.
    """

    path: Path
    version: str
    replaced: str | None
    changed: bool


def path() -> Path:
    """Return the jar of this package."""
    return folder("plugin") / _NAME


def install(plugins: Path) -> Installed:
    """Put the plugin into the `plugins` of a server, in the place of an older one.

    A server that runs has what it began with until it starts again. Raises InputError for a folder
    that there is not or that cannot be written to, and where another file holds the plugin.
    """
    if not plugins.is_dir():
        raise InputError(
            f"There is no folder {plugins}; name that of a server's plugins, as its setting "
            "server.directories.plugins says."
        )
    for other in sorted(plugins.glob("*.jar")):
        if other.name != _NAME and version(other) is not None:
            raise InputError(
                f"{other} is a plugin of chronotope, too: a server takes one of them. Remove it, "
                "and run the command again."
            )
    own, place = path().read_bytes(), plugins / _NAME
    found = version(place)
    changed = not place.is_file() or place.read_bytes() != own
    if changed:
        outputs.write(place, own, overwrite=True)
    return Installed(place, version(place) or "", found if changed else None, changed)


def version(jar: Path) -> str | None:
    """Return the version of a plugin of chronotope; None for what is none."""
    try:
        with zipfile.ZipFile(jar) as file:
            lines = file.read(_MANIFEST).decode().splitlines()
    except (OSError, KeyError, UnicodeDecodeError, zipfile.BadZipFile):
        return None
    versions = [line.removeprefix(_VERSION) for line in lines if line.startswith(_VERSION)]
    return versions[0] if versions and _TITLE in lines else None
