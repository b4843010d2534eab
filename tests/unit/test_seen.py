from hypothesis import given, settings
from hypothesis import strategies as st

from chronotope.loading.seen import Counting, Exact, Hashes, Overlooked, Sight

NEW, SAME, CHANGED, OTHER = Sight
ROWS = st.lists(
    st.tuples(
        st.integers(0, 20) | st.sampled_from([-(2**63), 2**63 - 1]),
        st.integers(0, 1),
        st.integers(0, 2),
    )
)


def told(rows: list[Hashes]) -> list[Sight]:
    """Say what each row is to all before it."""
    said: dict[int, tuple[int, int]] = {}
    sights = []
    for key, subject, content in rows:
        known = said.get(key)
        if known is None:
            sights.append(NEW)
        elif known[0] != subject:
            sights.append(OTHER)
        else:
            sights.append(SAME if known[1] == content else CHANGED)
        if sights[-1] is not OTHER:
            said[key] = subject, content
    return sights


@given(st.lists(ROWS, max_size=5))
def test_exact_knows_every_row(batches: list[list[Hashes]]) -> None:
    with Exact() as memory:
        found = [sight for batch in batches for sight in memory.look(batch)]
    assert found == told([row for batch in batches for row in batch])


@settings(deadline=None, max_examples=50)  # each example opens 64 files
@given(st.lists(ROWS, max_size=5))
def test_counting_knows_the_rows_of_batches_that_are_on_their_way(
    batches: list[list[Hashes]],
) -> None:
    with Counting(9) as memory:
        found = [sight for batch in batches for sight in memory.look(batch)]
    assert found == told([row for batch in batches for row in batch])


@settings(deadline=None, max_examples=50)
@given(st.lists(ROWS, max_size=5))
def test_counting_finds_every_repetition_in_the_end(batches: list[list[Hashes]]) -> None:
    rows = [row for batch in batches for row in batch]
    with Counting(1) as memory:
        for batch in batches:
            memory.take(batch)
        keys = len({row[0] for row in rows})
        assert memory.overlooked() == Overlooked(len(rows) - len({*rows}), len({*rows}) - keys)


def test_what_is_two_batches_back_is_new_to_a_window_of_one() -> None:
    with Counting(1) as memory:
        assert [memory.look([(key, 0, 0)]) for key in (1, 2, 1)] == [[NEW], [NEW], [NEW]]
