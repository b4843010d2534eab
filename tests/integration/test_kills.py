"""Whoever is killed, the command or its server: the next command does what is left to do."""

import os
import statistics
from collections import defaultdict
from itertools import product

import pytest
from kills import VICTIMS, Ended, Stage
from stories import STORIES

PAIRS = list(product(STORIES, VICTIMS))
FIRST, LAST = map(int, os.environ.get("CHRONOTOPE_KILLS", "0-99").split("-"))
"""The seeds of the hundred kills: a command and a victim in turn, a moment by chance."""

QUICK = (2, 4, 5)  # load, record, and the server of record


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(tmp_path_factory.mktemp("stage"))


@pytest.mark.slow
@pytest.mark.parametrize("seed", QUICK)
def test_what_a_killed_command_left_is_done_by_the_next(stage: Stage, seed: int) -> None:
    assert not trial(stage, seed).faults


@pytest.mark.world
def test_at_a_hundred_moments_nothing_is_lost_twice_or_mixed(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = []
    for seed in range(FIRST, LAST + 1):
        ended.append(trial(stage, seed))
        with capsys.disabled():
            print(f"\n{ended[-1]}", end="")  # noqa: T201
    with capsys.disabled():
        print(f"\n{figure(ended)}")  # noqa: T201
    assert not [one for one in ended if one.faults]


def trial(stage: Stage, seed: int) -> Ended:
    return stage.trial(*PAIRS[seed % len(PAIRS)], seed)


def figure(ended: list[Ended]) -> str:
    """Return a table: how often which command or its server was killed, and what came of it."""
    by: dict[str, list[Ended]] = defaultdict(list)
    for one in ended:
        by[f"{one.story}, {one.victim}"].append(one)
    by["all"] = ended
    lines = ["killed                kills  recovered  seconds"]
    for name, ones in by.items():
        seconds = statistics.median(one.seconds for one in ones)
        recovered = sum(not one.faults for one in ones)
        lines.append(f"{name:20}  {len(ones):5}  {recovered:9}  {seconds:7.1f}")
    return "\n".join(lines)
