from hypothesis import given, settings
from hypothesis import strategies as st

from chronotope.loading.seen import Counting, Exact, Sight

ROWS = st.lists(
    st.tuples(st.integers(0, 20) | st.sampled_from([-(2**63), 2**63 - 1]), st.integers(0, 2))
)


@given(st.lists(ROWS, max_size=5))
def test_exact_knows_every_row(batches: list[list[tuple[int, int]]]) -> None:
    contents: dict[int, int] = {}
    with Exact() as memory:
        for batch in batches:
            expected = []
            for key, content in batch:
                known = contents.setdefault(key, content) if key in contents else None
                contents.setdefault(key, content)
                fate = Sight.SAME if known == content else Sight.OTHER
                expected.append(Sight.NEW if known is None else fate)
            assert memory.look(batch) == expected


@settings(deadline=None)  # each example opens 64 files
@given(st.lists(ROWS, max_size=5))
def test_counting_finds_every_repetition_in_the_end(batches: list[list[tuple[int, int]]]) -> None:
    rows = [row for batch in batches for row in batch]
    repeated = 0
    with Counting(2) as memory:
        for batch in batches:
            sights = memory.look(batch)
            new = [row for row, sight in zip(batch, sights, strict=True) if sight is Sight.NEW]
            repeated += len(batch) - len(new)
            memory.take(new)
        assert repeated + memory.overlooked() == len(rows) - len({key for key, _ in rows})


def test_counting_knows_the_rows_of_batches_that_are_on_their_way() -> None:
    with Counting(2) as memory:
        assert memory.look([(1, 0), (2, 0)]) == [Sight.NEW, Sight.NEW]
        assert memory.look([(3, 0), (3, 0)]) == [Sight.NEW, Sight.SAME]
        assert memory.look([(1, 0), (2, 1), (4, 0)]) == [Sight.SAME, Sight.OTHER, Sight.NEW]
