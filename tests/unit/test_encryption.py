"""Encrypted files: read with their secret alone, and no change of theirs goes unseen."""

import io
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chronotope import encryption
from chronotope.encryption import Key, Passphrase
from chronotope.errors import InputError

KEY = Key(bytes(range(32)))
PIECE = 65_536 + 16
HEAD = 89


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encryption, "_COST", 4)


def locked(content: bytes, secret: encryption.Secret = KEY) -> bytes:
    target = io.BytesIO()
    encryption.encrypt(io.BytesIO(content), target, secret)
    return target.getvalue()


def opened(content: bytes, secret: encryption.Secret = KEY) -> bytes:
    target = io.BytesIO()
    encryption.decrypt(io.BytesIO(content), target, secret)
    return target.getvalue()


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000])
@pytest.mark.parametrize("secret", [KEY, Passphrase("grüße \udcff")])
def test_what_was_encrypted_is_read_again(size: int, secret: encryption.Secret) -> None:
    content = bytes(n % 251 for n in range(size))
    assert opened(locked(content, secret), secret) == content


@settings(deadline=None, max_examples=50)
@given(st.lists(st.binary(max_size=90_000), max_size=4))
def test_it_does_not_matter_in_which_parts_it_is_written(parts: list[bytes]) -> None:
    target = io.BytesIO()
    with encryption.encrypting(target, KEY) as file:
        for part in parts:
            assert file.write(part) == len(part)
        assert file.tell() == sum(map(len, parts))
    assert opened(target.getvalue()) == b"".join(parts)
    assert len(target.getvalue()) == len(locked(b"".join(parts)))


def test_nothing_of_it_can_be_read_and_no_two_files_are_alike() -> None:
    content = b"ann was in the museum. " * 100
    first, second = locked(content), locked(content)
    assert first[HEAD - 64 :] != second[HEAD - 64 :]
    assert b"museum" not in first
    assert first.startswith(b"chronotope encrypted 1\nk")


@pytest.mark.parametrize("secret", [Key(bytes(32)), Passphrase("other")])
def test_another_secret_does_not_open_it(secret: encryption.Secret) -> None:
    mine: encryption.Secret = KEY if isinstance(secret, Key) else Passphrase("mine")
    with pytest.raises(InputError, match="is not that of the file"):
        opened(locked(b"x", mine), secret)


def test_a_passphrase_is_asked_where_one_is_needed() -> None:
    assert encryption.needs_passphrase(io.BytesIO(locked(b"x", Passphrase("mine"))))
    assert not encryption.needs_passphrase(io.BytesIO(locked(b"x")))
    with pytest.raises(InputError, match="was encrypted with a passphrase"):
        opened(locked(b"x", Passphrase("mine")), KEY)
    with pytest.raises(InputError, match="was encrypted with a key"):
        opened(locked(b"x"), Passphrase("mine"))
    with pytest.raises(InputError, match="passphrase is empty"):
        Passphrase("")


def test_each_bit_that_is_changed_is_told() -> None:
    whole = locked(b"a few words")
    for position in range(len(whole)):
        changed = bytearray(whole)
        changed[position] ^= 1
        with pytest.raises(InputError):
            opened(bytes(changed))


def test_what_is_cut_off_repeated_or_in_another_order_is_told() -> None:
    whole = locked(bytes(65_536 * 3 + 5))
    head, pieces = whole[:HEAD], [whole[at : at + PIECE] for at in range(HEAD, len(whole), PIECE)]
    assert len(pieces) == 4
    assert opened(head + b"".join(pieces)) == bytes(65_536 * 3 + 5)
    for kept in ([], [0], [0, 1, 2], [0, 1, 3], [1, 0, 2, 3], [0, 0, 1, 2, 3], [0, 1, 2, 3, 3]):
        with pytest.raises(InputError, match="was changed, or is cut off"):
            opened(head + b"".join(pieces[n] for n in kept))
    other = locked(bytes(65_536 * 3 + 5))
    with pytest.raises(InputError, match="was changed, or is cut off"):
        opened(head + other[HEAD : HEAD + PIECE] + b"".join(pieces[1:]))
    for end in (*range(HEAD), HEAD + 1, HEAD + PIECE - 1, len(whole) - 1):
        with pytest.raises(InputError):
            opened(whole[:end])


def test_what_was_broken_off_is_no_whole_file() -> None:
    target = io.BytesIO()
    with suppress(RuntimeError), encryption.encrypting(target, KEY) as file:
        file.write(bytes(70_000))
        raise RuntimeError
    with pytest.raises(InputError, match="was changed, or is cut off"):
        opened(target.getvalue())


def test_a_file_that_asks_for_a_year_of_memory_is_refused() -> None:
    whole = bytearray(locked(b"x", Passphrase("mine")))
    whole[24] = 60
    with pytest.raises(InputError, match="not one that chronotope encrypted"):
        opened(bytes(whole), Passphrase("mine"))
    with pytest.raises(InputError, match="not one that chronotope encrypted"):
        opened(b"id,name\n")


def test_secrets_do_not_show() -> None:
    assert repr(Passphrase("sesame")) == "Passphrase()"
    assert repr(replace(KEY, value=b"sesame")) == "Key()"
