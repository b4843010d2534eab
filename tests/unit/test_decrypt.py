"""Files that commands encrypt and decrypt: under the keys or a passphrase, whole or not at all."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from chronotope import encryption, exports, outputs
from chronotope.cli.main import main
from chronotope.client import decrypt, file_secret
from chronotope.errors import InputError
from chronotope.exports import Export, Point, Table

NETWORK = Export(
    "a network",
    Table(
        [{"id": "a", "name": "Café"}, {"id": "b", "name": "x" * 200_000}], [Point((13, 45)), None]
    ),
    Table([{"source": "a", "target": "b", "kind": "TIE"}]),
)


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make keys in a folder of their own; the passphrase is what a test sets."""
    monkeypatch.setattr(encryption, "_COST", 4)
    monkeypatch.setenv("CHRONOTOPE_KEYS_FILE", str(tmp_path / "keys.json"))
    for name in ("CHRONOTOPE_KEYS", "CHRONOTOPE_PASSPHRASE"):
        monkeypatch.delenv(name, raising=False)
    assert main(["keys", "create"]) == 0
    return tmp_path / "keys.json"


def locked(folder: Path, content: bytes = b"private") -> Path:
    place = outputs.named(folder / "x.json", file_secret())
    outputs.write(place, content, secret=file_secret())
    assert place.name == "x.json.encrypted"
    assert content not in place.read_bytes()
    return place


@pytest.mark.parametrize("format_", exports.FORMATS)
def test_an_export_that_was_encrypted_is_the_one_that_was_not(tmp_path: Path, format_: str) -> None:
    if format_ == "parquet":
        pytest.importorskip("pyarrow")
    plain = exports.write(NETWORK, tmp_path / f"plain.{format_}", format_)
    file = tmp_path / f"secret.{format_}"
    exports.check(file, format_, network=True, places=True, overwrite=False, secret=file_secret())
    secret = exports.write(NETWORK, file, format_, secret=file_secret())
    for one, other in zip(plain, secret, strict=True):
        assert b"CIRCUS" not in other.read_bytes()
        assert decrypt(other).read_bytes() == one.read_bytes()
    with pytest.raises(InputError, match="encrypted exists already"):
        exports.check(
            file, format_, network=True, places=True, overwrite=False, secret=file_secret()
        )


def test_what_is_decrypted_nobody_else_can_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = locked(tmp_path)
    assert main(["decrypt", str(file)]) == 0
    assert capsys.readouterr().out == f"Wrote {tmp_path}/x.json.\n"
    plain = tmp_path / "x.json"
    assert (plain.read_bytes(), stat.S_IMODE(plain.stat().st_mode)) == (b"private", 0o600)
    assert main(["decrypt", str(file)]) == 1
    assert "exists already; name another file" in capsys.readouterr().err
    plain.chmod(0o644)
    assert main(["decrypt", str(file), "--overwrite"]) == 0
    assert stat.S_IMODE(plain.stat().st_mode) == 0o600
    assert main(["decrypt", str(file), "--output", str(file), "--overwrite"]) == 1
    assert "is an input" in capsys.readouterr().err


def test_rotated_keys_open_what_was_encrypted_before(tmp_path: Path, keys: Path) -> None:
    from chronotope import secrecy

    file = locked(tmp_path)
    secrecy.write(keys, secrecy.read(keys).rotated(), overwrite=True)
    assert decrypt(file).read_bytes() == b"private"


def test_a_passphrase_goes_before_the_keys_and_the_file_says_which(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_key = locked(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    monkeypatch.setenv("CHRONOTOPE_PASSPHRASE", "open sesame")
    by_passphrase = locked(other)
    with by_passphrase.open("rb") as source:
        assert encryption.needs_passphrase(source)
    assert decrypt(by_key).read_bytes() == decrypt(by_passphrase).read_bytes()
    (tmp_path / "x.json").unlink()
    (other / "x.json").unlink()
    monkeypatch.delenv("CHRONOTOPE_PASSPHRASE")
    with pytest.raises(InputError, match="There is nothing to encrypt or decrypt files with"):
        decrypt(by_passphrase)
    with pytest.raises(InputError, match="The passphrase is not that of the file"):
        decrypt(by_passphrase, ask=lambda: "open barley")
    assert os.listdir(other) == ["x.json.encrypted"]
    assert decrypt(by_passphrase, ask=lambda: "open sesame").read_bytes() == b"private"


@pytest.mark.parametrize(
    "change", [lambda whole: whole[:-1], lambda whole: whole[:-9] + b"x" + whole[-8:]]
)
def test_nothing_stays_of_a_file_that_was_changed(
    tmp_path: Path, change: Callable[[bytes], bytes]
) -> None:
    file = locked(tmp_path, bytes(200_000))
    file.write_bytes(change(file.read_bytes()))
    with pytest.raises(InputError, match="The file was changed, or is cut off"):
        decrypt(file)
    assert sorted(os.listdir(tmp_path)) == ["keys.json", "x.json.encrypted"]


def test_what_cannot_be_decrypted_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id\n")
    with pytest.raises(InputError, match=r"does not end in \.encrypted; name a file to write to"):
        decrypt(tmp_path / "a.csv")
    with pytest.raises(InputError, match="The file is not one that chronotope encrypted"):
        decrypt(tmp_path / "a.csv", tmp_path / "b.csv")
    with pytest.raises(InputError, match=r"none\.encrypted cannot be read: No such file"):
        decrypt(tmp_path / "none.encrypted")


def test_without_keys_and_a_terminal_nothing_is_encrypted(keys: Path) -> None:
    keys.unlink()
    with pytest.raises(InputError, match="There is nothing to encrypt or decrypt files with"):
        file_secret()
    assert file_secret(lambda: "sesame") == encryption.Passphrase("sesame")
