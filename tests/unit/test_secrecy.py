"""Keys, pseudonyms and tombstones, without a graph."""

import hashlib
import hmac
from pathlib import Path

import pytest

from chronotope import secrecy
from chronotope.errors import InputError
from chronotope.loading import EVENTS, FRIENDSHIPS, Rejection, Watch, hiding, load_rows
from chronotope.loading.columns import ReadOptions
from chronotope.loading.validate import event
from chronotope.secrecy import Keys, Secrecy

ONE, TWO, GRAVE = b"1" * 32, b"2" * 32, b"3" * 32
FIRST, SECOND = Keys((ONE,), GRAVE), Keys((ONE, TWO), GRAVE)
LATE = 4_000_000_000_000
ROW = {"user_id": "ann", "item_id": "cafe", "timestamp": "2026-05-01T12:34:56+02:00"}


def mac(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def test_a_pseudonym_is_the_hmac_of_the_id_and_later_ones_of_the_pseudonym_before() -> None:
    first = f"u1-{mac(ONE, 'u:ann')}"
    assert FIRST.user("ann") == first
    assert SECOND.user("ann") == f"u2-{mac(TWO, f'u:{first}')}"
    assert SECOND.user(first) == SECOND.user("ann") == SECOND.user(SECOND.user("ann"))
    assert SECOND.forms("ann") == ("ann", first, SECOND.user("ann"))


def test_a_user_and_an_event_of_one_id_have_different_pseudonyms() -> None:
    assert FIRST.user("a").removeprefix("u") != FIRST.event("a").removeprefix("e")


def test_keys_are_not_shown(tmp_path: Path) -> None:
    assert "1111" not in repr(FIRST)
    assert repr(FIRST) != repr(SECOND)
    path = tmp_path / "keys" / "k.json"
    secrecy.write(path, SECOND)
    assert path.stat().st_mode & 0o777 == 0o600
    assert secrecy.read(path) == SECOND
    path.chmod(0o640)
    with pytest.raises(InputError, match="chmod 600"):
        secrecy.read(path)
    with pytest.raises(InputError) as caught:
        secrecy.parse('{"pseudonyms": ["secret"]}', "CHRONOTOPE_KEYS")
    assert "secret" not in str(caught.value)


def test_an_event_of_a_pseudonym_has_an_id_that_tells_nothing_and_stays_one() -> None:
    options = ReadOptions(secrecy=Secrecy(SECOND, pseudonyms=True))
    for own in ({}, {"event_id": "order-17"}):
        row = {**ROW, **own}
        found = event(hiding.hidden(row, options.secrecy), options, LATE)
        again = event(
            hiding.hidden(hiding.hidden(row, options.secrecy), options.secrecy), options, LATE
        )
        assert found == again
        assert found["user"] == SECOND.user("ann")
        assert secrecy.generation_of(found["id"], secrecy.EVENT) == 2
        older = ReadOptions(secrecy=Secrecy(FIRST, pseudonyms=True))
        before = event(hiding.hidden(row, older.secrecy), older, LATE)
        assert SECOND.event(before["id"]) == found["id"]


def test_coarse_moments_do_not_collapse_and_are_rounded_on_the_local_clock() -> None:
    options = ReadOptions(secrecy=Secrecy(FIRST, minutes=60))
    rows = [{**ROW, "timestamp": f"2026-05-01T12:{m}:00+05:30"} for m in ("01", "59")]
    found = [event(hiding.hidden(row, options.secrecy), options, LATE) for row in rows]
    assert found[0]["epochMillis"] == found[1]["epochMillis"] == 1777617000000  # 12:00 +05:30
    assert found[0]["id"] != found[1]["id"]
    assert found[0]["user"] == "ann"


def test_coarse_coordinates_are_the_centre_of_their_cell() -> None:
    options = ReadOptions(secrecy=Secrecy(FIRST, resolution=5))
    places = [("45.000", "13.000"), ("45.001", "13.001")]
    found = [
        event({**ROW, "latitude": north, "longitude": east}, options, LATE)
        for north, east in places
    ]
    assert found[0]["latitude"] == found[1]["latitude"] not in (45.0, 45.001)
    assert found[0]["cell"] == found[1]["cell"]


@pytest.mark.parametrize("minutes", [0, 7, 1441])
def test_minutes_divide_a_day(minutes: int) -> None:
    with pytest.raises(InputError, match="divide a day"):
        Secrecy(FIRST, minutes=minutes)


def test_rejected_rows_tell_no_id_and_can_be_loaded_when_they_are_corrected() -> None:
    rejected: list[Rejection] = []
    options = ReadOptions(secrecy=Secrecy(SECOND, pseudonyms=True))
    watch = Watch(on_rejection=rejected.append)
    load_rows(None, EVENTS, [{**ROW, "timestamp": "then", "event_id": "o-ann"}], options, watch)
    load_rows(None, FRIENDSHIPS, [{"user_id": "ann", "friend_id": "ann"}], options, watch)
    assert len(rejected) == 2
    assert "ann" not in repr(rejected)
    corrected = {**rejected[0].row, "timestamp": ROW["timestamp"]}
    found = event(hiding.hidden(corrected, options.secrecy), options, LATE)
    expected = event(hiding.hidden({**ROW, "event_id": "o-ann"}, options.secrecy), options, LATE)
    assert found == expected


def test_tombstones_know_a_user_by_id_and_by_every_pseudonym() -> None:
    erased = hiding.Erased(SECOND, {SECOND.tombstone(FIRST.user("ann"))})
    assert erased.is_erased("ann")
    assert erased.is_erased(FIRST.user("ann"))
    assert not erased.is_erased("bob")
    assert erased.is_any({"user_id": "bob", "friend_id": "ann"})
