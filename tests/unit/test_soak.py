"""What a soak says of its series and of its facts (benchmarks/soak.py)."""

from dataclasses import replace
from pathlib import Path

import pytest
from soak_facts import Journal, Key, acknowledged, compare
from soak_growth import Most, Sample, Trend, judge, slope

SAMPLE = Sample(
    minute=0,
    server_memory=1500,
    server_heap=400,
    server_files=300,
    server_threads=60,
    client_memory=500,
    client_blocks=800_000,
    client_files=20,
    client_threads=30,
    client_zombies=0,
    facts_told=60_000,
    facts_stored=60_000,
    store=100,
    store_per_fact=1_700,
    logs=128,
)
HALF = Trend("client_memory", part=0.5, share=0.1)


def minutes(*memory: float | None) -> list[Sample]:
    return [
        replace(SAMPLE, minute=minute, client_memory=one) for minute, one in enumerate(memory, 1)
    ]


def test_the_slope_of_a_line_is_that_of_most_of_its_points() -> None:
    assert slope([(0, 0), (1, 2), (2, 4), (3, 900), (4, 8)]) == 2


def test_what_rises_by_more_than_its_share_grew() -> None:
    (verdict,) = judge(minutes(1, 1, 1, 1, 100, 104, 108, 112), [HALF])
    assert verdict.is_broken
    assert verdict.text == "client_memory: 104, in the last 4 minutes +16.0 (may rise by 10.4)"


@pytest.mark.parametrize(
    "memory",
    [
        (100, 100, 100, 100, 100, 100, 100, 100),
        (1, 20, 40, 60, 100, 100, 100, 101),  # it rose until it was warm
        (100, 100, 100, 100, 100, 100, 900, 100),  # it worked for a while
        (100, 100, 100, 100, 100, 90, 80, 70),
        (100, 100, 100, 100, 100, None, None, 100),  # it was away
    ],
)
def test_what_is_warm_works_or_shrinks_did_not_grow(memory: tuple[float | None, ...]) -> None:
    (verdict,) = judge(minutes(*memory), [HALF])
    assert not verdict.is_broken, verdict.text


def test_a_limit_holds_for_every_minute() -> None:
    samples = minutes(100, 201, 100)
    (at, below) = judge(samples, [Most("client_memory", 201), Most("client_memory", 200)])
    assert (at.is_broken, below.is_broken) == (False, True)
    assert below.text == "client_memory: 201 at most (may be 200)"


def test_what_was_not_measured_is_no_pass() -> None:
    verdicts = list(judge(minutes(None, None), [HALF, Most("client_memory", 1)]))
    assert [verdict.is_broken for verdict in verdicts] == [True, True]


def test_a_journal_says_what_the_graph_has_to_hold(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "facts")
    for name in "abc":
        journal.is_so(("event", name), ["ann", "cafe", 1, "visit", None])
    journal.is_so(("event", "b"), ["ann", "cafe", 1, "visit", 2.5], is_new=False)
    journal.is_gone(("event", "a"))
    for moment in (5, 3, 5, *range(100, 119)):
        journal.was_shown("ann", "cafe", moment)
    journal.close()
    assert (journal.counts["event"], journal.counts["shown"]) == (2, 22)
    assert acknowledged(journal.path.read_text().splitlines()) == {
        ("event", "b"): ["ann", "cafe", 1, "visit", 2.5],
        ("event", "c"): ["ann", "cafe", 1, "visit", None],
        ("shown", "ann", "cafe"): [5, *range(100, 119)],  # the latest twenty
    }


def test_every_difference_of_graph_and_journal_is_told() -> None:
    told: dict[Key, str] = {("event", name): name for name in "abcd"}
    there = [("a", "a"), ("b", "B"), ("c", "c"), ("c", "c"), ("e", "e")]
    found = compare(told, [(("event", name), value) for name, value in there])
    assert str(found) == (
        "1 missing, like [('event', 'd')]; 1 repeated, like [('event', 'c')]; "
        "1 other, like [('event', 'b')]; 1 unasked, like [('event', 'e')]"
    )
    assert not compare(told, [*told.items()])
