"""Files that nobody reads without a key or a passphrase, and that nobody changes unseen.

A file is `chronotope encrypted 1` and a line feed; `k` or `p`, for a key or a passphrase; one byte,
the logarithm of scrypt's cost (RFC 7914; 0 for a key); 32 random bytes of salt; 32 bytes of
HMAC-SHA256 over all of that; then pieces of 64 KiB, each encrypted by AES-256-GCM with a tag of 16
bytes. HKDF-SHA256 (RFC 5869) makes of key and salt what the HMAC and the pieces are under, so that
each file has keys of its own. A piece's nonce is its number, in 11 bytes, and a byte that is 1 for
the last one (STREAM; Hoang, Reyhanitabar, Rogaway and Vizár, 2015): pieces that are missing,
repeated or in another order are told. Nothing is held but a piece, however long the file is.
"""

import hmac
import io
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from chronotope.errors import InputError

SUFFIX = ".encrypted"
"""What the name of such a file ends in."""

_MAGIC = b"chronotope encrypted 1\n"
_KEY, _PASSPHRASE = b"k", b"p"
_COST = 17  # 128 MiB and a third of a second for each guess
_MOST_COST = 20  # a file that asks for more is not one of ours
_SALT = 32
_MAC = 32
_PIECE = 65_536
_TAG = 16
_HEAD = len(_MAGIC) + 2 + _SALT


@dataclass(frozen=True)
class Key:
    """A key of 32 random bytes or more."""

    value: bytes = field(repr=False)


@dataclass(frozen=True)
class Passphrase:
    """Words that somebody remembers."""

    text: str = field(repr=False)

    def __post_init__(self) -> None:
        if not self.text:
            raise InputError("A passphrase is empty.")


Secret = Key | Passphrase


@contextmanager
def encrypting(file: BinaryIO, secret: Secret) -> Iterator[BinaryIO]:
    """Give a block a file whose content is written encrypted to another one.

    It is whole when the block has ended well. What is cut off before that is told from it.
    """
    writer = _Writer(file, secret)
    yield writer  # type: ignore[misc]  # a file that is written to, front to back
    writer.finish()


def encrypt(source: BinaryIO, target: BinaryIO, secret: Secret) -> None:
    """Write what a file holds encrypted to another one."""
    with encrypting(target, secret) as file:
        while piece := source.read(_PIECE):
            file.write(piece)


def decrypt(source: BinaryIO, target: BinaryIO, secret: Secret) -> None:
    """Write what an encrypted file holds to another one.

    Raises InputError for a file that is not encrypted, for another secret, and for a file that was
    changed or cut off: what was written until then is authentic, and not all.
    """
    head = _read_head(source)
    mac, pieces = _keys(head, secret)
    if not hmac.compare_digest(_mac(mac, head), source.read(_MAC)):
        what = "key" if isinstance(secret, Key) else "passphrase"
        raise InputError(
            f"The {what} is not that of the file, or the file's beginning was changed."
        )
    number, piece = 0, source.read(_PIECE + _TAG)
    while True:
        following = source.read(_PIECE + _TAG)
        try:
            target.write(AESGCM(pieces).decrypt(_nonce(number, last=not following), piece, None))
        except (InvalidTag, ValueError):
            raise InputError("The file was changed, or is cut off.") from None
        if not following:
            return
        number, piece = number + 1, following


def needs_passphrase(source: BinaryIO) -> bool:
    """Read the beginning of an encrypted file and tell whether a passphrase opens it, or a key.

    Raises InputError for a file that is none.
    """
    return _read_head(source)[len(_MAGIC) : len(_MAGIC) + 1] == _PASSPHRASE


class _Writer(io.BufferedIOBase):
    """A file that is written to, and encrypted to another one."""

    def __init__(self, file: BinaryIO, secret: Secret) -> None:
        cost = _COST if isinstance(secret, Passphrase) else 0
        kind = _PASSPHRASE if isinstance(secret, Passphrase) else _KEY
        head = _MAGIC + kind + bytes([cost]) + secrets.token_bytes(_SALT)
        mac, pieces = _keys(head, secret)
        file.write(head + _mac(mac, head))
        self._file, self._cipher = file, AESGCM(pieces)
        self._waiting = bytearray()
        self._number = self._length = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        """Return how much was written, before it was encrypted."""
        return self._length

    def write(self, content: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]
        """Take content; a piece is written when more is known to follow."""
        view = memoryview(content).cast("B")
        self._waiting += view
        self._length += len(view)
        start = 0
        while len(self._waiting) - start > _PIECE:
            self._put(self._waiting[start : start + _PIECE], last=False)
            start += _PIECE
        del self._waiting[:start]
        return len(view)

    def finish(self) -> None:
        """Write the last piece."""
        self._put(self._waiting, last=True)
        self._waiting = bytearray()

    def _put(self, piece: bytearray, *, last: bool) -> None:
        nonce = _nonce(self._number, last=last)
        self._file.write(self._cipher.encrypt(nonce, bytes(piece), None))
        self._number += 1


def _read_head(source: BinaryIO) -> bytes:
    head = source.read(_HEAD)
    kind, cost = head[len(_MAGIC) : len(_MAGIC) + 1], head[len(_MAGIC) + 1 : len(_MAGIC) + 2]
    known = kind == _KEY or (kind == _PASSPHRASE and b"\x01" <= cost <= bytes([_MOST_COST]))
    if len(head) < _HEAD or not head.startswith(_MAGIC) or not known:
        raise InputError("The file is not one that chronotope encrypted.")
    return head


def _keys(head: bytes, secret: Secret) -> tuple[bytes, bytes]:
    """Return the keys of a file: of its HMAC, and of its pieces."""
    kind, cost, salt = head[len(_MAGIC) : -_SALT][:1], head[-_SALT - 1], head[-_SALT:]
    if isinstance(secret, Passphrase) != (kind == _PASSPHRASE):
        other = "a passphrase" if kind == _PASSPHRASE else "a key"
        raise InputError(f"The file was encrypted with {other}.")
    if isinstance(secret, Passphrase):
        text = secret.text.encode("utf-8", "surrogatepass")
        known = Scrypt(salt=salt, length=32, n=1 << cost, r=8, p=1).derive(text)
    else:
        known = secret.value
    made = HKDF(SHA256(), 64, salt, b"chronotope files").derive(known)
    return made[:32], made[32:]


def _mac(key: bytes, head: bytes) -> bytes:
    return hmac.digest(key, head, "sha256")


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
