from pathlib import Path

import pytest

from chronotope import locks


def test_a_lock_is_held_by_one_and_seen_by_others(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    assert not locks.is_held(file)
    with locks.hold(file, 0):
        assert locks.is_held(file)
        with pytest.raises(locks.Busy), locks.hold(file, 0):
            pass
    assert not locks.is_held(file)
    with locks.hold(file, 0):
        pass


def test_a_lock_that_cannot_be_made_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), locks.hold(tmp_path / "none/lock", 0):
        pass
