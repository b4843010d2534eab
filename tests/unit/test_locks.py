from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event

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


def test_of_threads_that_want_the_same_the_first_does_it_alone_and_the_others_go_together() -> None:
    firsts, done = locks.Firsts(), Event()
    together = [Event() for _ in range(3)]

    def first() -> None:
        with firsts.turn("a plan", 60):
            assert done.wait(60)

    def later(number: int) -> None:
        with firsts.turn("a plan", 60):
            assert done.is_set()
            together[number].set()
            assert all(one.wait(60) for one in together)

    with ThreadPoolExecutor(4) as threads:
        began = threads.submit(first)
        wait_for(lambda: "a plan" in firsts._begun)
        others = [threads.submit(later, number) for number in range(3)]
        with firsts.turn("another plan", 60):
            assert not any(one.is_set() for one in together)
        done.set()
        for one in (began, *others):
            one.result(60)


def test_who_waits_takes_the_place_of_a_first_one_that_fails() -> None:
    firsts, failing = locks.Firsts(), Event()
    tries: list[int] = []

    def attempt(number: int) -> None:
        with firsts.turn("a plan", 60):
            tries.append(number)
            if number == 0:
                assert failing.wait(60)
                raise RuntimeError

    with ThreadPoolExecutor(3) as threads:
        first = threads.submit(attempt, 0)
        wait_for(lambda: bool(tries))
        others = [threads.submit(attempt, number) for number in (1, 2)]
        failing.set()
        for one in others:
            one.result(60)
        with pytest.raises(RuntimeError):
            first.result(60)
    assert sorted(tries) == [0, 1, 2]


def test_nobody_waits_longer_than_they_may_and_what_is_forgotten_is_done_again() -> None:
    firsts = locks.Firsts()
    with firsts.turn("a plan", 0), firsts.turn("a plan", 0):
        firsts.forget()
        with firsts.turn("a plan", 60):
            pass
    with ThreadPoolExecutor(1) as threads:
        firsts.forget()
        with firsts.turn("a plan", 60):
            waits: Future[None] = threads.submit(lambda: firsts.turn("a plan", 0.01).__enter__())
            waits.result(60)


def wait_for(wanted: Callable[[], bool]) -> None:
    while not wanted():
        Event().wait(0.001)
