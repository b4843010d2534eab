"""Keys, pseudonyms and tombstones: pure functions, and the one private file that keeps the keys.

A pseudonym is `u`, the number of the newest key, `-` and an HMAC-SHA256 in hexadecimal. That of the
first key is the HMAC of the id, that of each later key the HMAC of the pseudonym before it. An
event's id becomes one of `e` in the same way. So whoever holds all keys finds the newest pseudonym
of an id, and of every pseudonym that it had before; nobody finds the id.
"""

import hashlib
import hmac
import json
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from chronotope import outputs
from chronotope.encryption import Key
from chronotope.errors import InputError

_BYTES = 32
_PSEUDONYM = re.compile(r"([ue])([1-9][0-9]{0,5})-[0-9a-f]{64}")
USER, EVENT = "u", "e"


@dataclass(frozen=True)
class Keys:
    """A chain of keys for pseudonyms, oldest first, and the key of tombstones, which stays.

    What is shown of them tells which they are and not what they are.
    """

    chain: tuple[bytes, ...] = field(repr=False)
    tombstones: bytes = field(repr=False)
    name: str = ""

    def __post_init__(self) -> None:
        digest = hashlib.sha256(b"\0".join((*self.chain, self.tombstones))).hexdigest()
        object.__setattr__(self, "name", digest[:12])

    @property
    def generation(self) -> int:
        """The number of the newest key, from 1 on."""
        return len(self.chain)

    def user(self, name: str) -> str:
        """Return the newest pseudonym of a user's id, or of a pseudonym of these keys."""
        return self._forward(USER, name, self.generation)

    def first_user(self, name: str) -> str:
        """Return the pseudonym of the first key, of an id; a pseudonym stays as it is."""
        return self._forward(USER, name, 1)

    def event(self, name: str) -> str:
        """Return what stands for the id of an event, or for what stood for it before."""
        return self._forward(EVENT, name, self.generation)

    def first_event(self, name: str) -> str:
        """Return what the first key makes of the id of an event; what was made of one stays."""
        return self._forward(EVENT, name, 1)

    def forms(self, name: str) -> tuple[str, ...]:
        """Return a user's id or pseudonym, and all pseudonyms that follow from it."""
        start = generation_of(name, USER)
        later = range(start + 1, self.generation + 1)
        return (name, *(self._forward(USER, name, generation) for generation in later))

    def tombstone(self, name: str) -> str:
        """Return what remembers that a user was erased, by id or pseudonym, and tells neither."""
        return _hmac(self.tombstones, name)

    @property
    def of_files(self) -> Key:
        """What encrypted files are opened with: it stays when keys are rotated.

        Each file has keys of its own, made of this one by HKDF, which tell nothing of tombstones.
        """
        return Key(self.tombstones)

    def rotated(self) -> "Keys":
        """Return them with one more key."""
        return Keys((*self.chain, secrets.token_bytes(_BYTES)), self.tombstones)

    def _forward(self, form: str, name: str, until: int) -> str:
        for generation in range(generation_of(name, form) + 1, until + 1):
            name = f"{form}{generation}-{_hmac(self.chain[generation - 1], f'{form}:{name}')}"
        return name


@dataclass(frozen=True)
class Secrecy:
    """What is hidden of users while rows are loaded.

    `pseudonyms` replaces ids. `resolution` is that of the H3 cell, 0 to 15, whose centre stands for
    the coordinates of an event; `minutes` is what its moment is rounded down to, in local time.
    With pseudonyms or rounded moments ids of events are replaced too.
    """

    keys: Keys
    pseudonyms: bool = False
    resolution: int | None = None
    minutes: int | None = None

    def __post_init__(self) -> None:
        if self.resolution is not None and not 0 <= self.resolution <= 15:
            raise InputError(f"The resolution of H3 is 0 to 15, not {self.resolution}.")
        if self.minutes is not None and not (0 < self.minutes <= 1440 and 1440 % self.minutes == 0):
            raise InputError(f"Minutes have to divide a day, like 15 or 60, not {self.minutes}.")

    @property
    def hides_events(self) -> bool:
        """Tell whether ids of events are replaced."""
        return self.pseudonyms or self.minutes is not None


def generation_of(name: str, form: str) -> int:
    """Return which key a pseudonym is of, 0 for what is none."""
    found = _PSEUDONYM.fullmatch(name)
    return int(found[2]) if found and found[1] == form else 0


def create() -> Keys:
    """Return new keys: one for pseudonyms, one for tombstones."""
    return Keys((secrets.token_bytes(_BYTES),), secrets.token_bytes(_BYTES))


def as_text(keys: Keys) -> str:
    """Return keys as the file and the environment have them: one line of JSON."""
    chain = [key.hex() for key in keys.chain]
    return json.dumps({"pseudonyms": chain, "tombstones": keys.tombstones.hex()}) + "\n"


def parse(text: str, where: str) -> Keys:
    """Return the keys in a text. Raises InputError, which shows nothing of it."""
    try:
        found = json.loads(text)
        chain = tuple(map(bytes.fromhex, found["pseudonyms"]))
        keys = Keys(chain, bytes.fromhex(found["tombstones"]))
    except (ValueError, TypeError, KeyError):
        keys = None
    if keys is None or not chain or any(len(key) < _BYTES for key in (*chain, keys.tombstones)):
        raise InputError(f"{where} holds no keys as `chronotope keys create` writes them.")
    return keys


def read(path: Path) -> Keys:
    """Read a file of keys. Raises InputError for one that is missing, or that others may read."""
    try:
        mode, text = path.stat().st_mode, path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InputError(f"There is no file of keys {path}; chronotope keys create.") from None
    except (OSError, UnicodeDecodeError):
        raise InputError(f"The file of keys {path} cannot be read.") from None
    if mode & 0o077:
        raise InputError(f"Others may read the file of keys {path}; chmod 600 it.")
    return parse(text, f"The file {path}")


def write(path: Path, keys: Keys, *, overwrite: bool = False) -> None:
    """Write a file of keys that nobody else may read. Raises InputError where one stands."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with outputs.writing(path, overwrite=overwrite, private=True) as file:
        file.write(as_text(keys).encode())


def _hmac(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
