"""The file of a backup: what is packed is unpacked, and nothing else is taken for one."""

import io
import stat
import tarfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chronotope.backups import Counts, Manifest
from chronotope.backups.archive import Unsound, pack, sha256_of, unpack
from chronotope.errors import InputError

CONTENT = bytes(range(256)) * 9000  # more than is copied at once


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "a.dump"
    path.write_bytes(CONTENT)
    return path


def manifest_of(dump: Path) -> Manifest:
    return Manifest(
        created_at=datetime(2026, 6, 1, 12, tzinfo=UTC),
        chronotope="0.1.0",
        neo4j="2026.09.0",
        schema=("V0001__Graph_model.cypher",),
        counts=Counts({"": 1, "Item": 9}, {"ABOUT": 4}),
        sha256=sha256_of(dump),
        size=dump.stat().st_size,
    )


def packed(manifest: Manifest, dump: Path) -> bytes:
    stream = io.BytesIO()
    pack(stream, manifest, dump)
    return stream.getvalue()


def test_a_backup_is_unpacked_as_it_was_packed(dump: Path, tmp_path: Path) -> None:
    manifest = manifest_of(dump)
    whole = packed(manifest, dump)
    assert unpack(io.BytesIO(whole), tmp_path) == manifest
    place = tmp_path / "neo4j.dump"
    assert place.read_bytes() == CONTENT
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    with tarfile.open(fileobj=io.BytesIO(whole)) as tar:  # any other program takes it out
        assert tar.getnames() == ["manifest.json", "neo4j.dump"]


def test_what_is_no_backup_or_not_all_of_one_is_refused(dump: Path, tmp_path: Path) -> None:
    whole = packed(manifest_of(dump), dump)
    beginnings = (0, 1, 511, 700, 1500, 3000, len(whole) // 2, len(CONTENT))
    foreign = (b"", b"PK\x03\x04" * 999, CONTENT, whole[512:], bytes(10240))
    for n, content in enumerate((*foreign, *(whole[:size] for size in beginnings))):
        folder = tmp_path / str(n)
        folder.mkdir()
        with pytest.raises(Unsound, match="not a backup of chronotope, or only the beginning"):
            unpack(io.BytesIO(content), folder)


def test_a_flipped_bit_of_the_dump_is_found(dump: Path, tmp_path: Path) -> None:
    whole = bytearray(packed(manifest_of(dump), dump))
    whole[len(whole) // 2] ^= 1
    with pytest.raises(Unsound, match="it is damaged: its SHA-256"):
        unpack(io.BytesIO(whole), tmp_path)


def test_a_dump_of_another_size_than_was_noted_is_found(dump: Path, tmp_path: Path) -> None:
    manifest = manifest_of(dump)
    other = packed(manifest, dump).replace(b'"size": 2304000', b'"size": 2304009')
    with pytest.raises(Unsound, match=r"it has 2,304,000 of 2,304,009 bytes"):
        unpack(io.BytesIO(other), tmp_path)


@pytest.mark.parametrize(
    "text",
    [b"", b"[]", b"{}", b'{"format": "chronotope backup 1"}', b"\xff", b'{"format": "another"}'],
)
def test_another_text_is_no_manifest(text: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  whatever it says
        Manifest.from_json(text)


def test_a_manifest_of_other_types_is_none(dump: Path) -> None:
    text = manifest_of(dump).to_json()
    for one, other in ((b'"Item": 9', b'"Item": "9"'), (b'"0.1.0"', b"1"), (b'"2026-06', b'"x')):
        assert one in text
        with pytest.raises(ValueError):  # noqa: PT011  whatever it says
            Manifest.from_json(text.replace(one, other))


def test_a_backup_of_a_later_version_is_refused(dump: Path) -> None:
    manifest = manifest_of(dump)
    manifest.require_openable("0.1.0", "2026.09.0")
    replace(manifest, neo4j="2026.08.1").require_openable("0.2", "2026.09.0")
    with pytest.raises(InputError, match=r"by chronotope 0\.10\.0, this is 0\.9\.1\. Install that"):
        replace(manifest, chronotope="0.10.0").require_openable("0.9.1", "2026.09.0")
    with pytest.raises(InputError, match=r"of Neo4j 2026\.09\.0, .* is 2026\.08\.1, which .*upgra"):
        manifest.require_openable("0.1.0", "2026.08.1")


def test_counts_that_differ_are_told() -> None:
    one = Counts({"Item": 9, "": 2}, {"ABOUT": 4})
    assert one.differences(one) == []
    assert one.differences(Counts({"Item": 8}, {"ABOUT": 4, "KNOWS": 1000})) == [
        "no label: 0 instead of 2",
        "Item: 8 instead of 9",
        "KNOWS: 1,000 instead of 0",
    ]
    assert one.text == "11 nodes and 4 relationships"
