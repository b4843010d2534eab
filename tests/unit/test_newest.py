from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chronotope import loading
from chronotope.errors import InputError
from chronotope.loading import ReadOptions
from chronotope.loading.newest import newest

EVENTS = st.lists(
    st.fixed_dictionaries(
        {
            "user": st.sampled_from("ab"),
            "item": st.sampled_from("xyz"),
            "kind": st.sampled_from(["view", "purchase"]),
            "epochMillis": st.integers(-5, 20),
        }
    )
)


@given(EVENTS, st.integers(1, 8))
def test_the_last_events_stay_and_of_older_ones_the_newest_of_every_subject(
    rows: list[dict[str, Any]], last: int
) -> None:
    found = newest(rows, last)
    moments = sorted((row["epochMillis"] for row in rows), reverse=True)
    for row in rows:
        subject = {name: row[name] for name in ("user", "item", "kind")}
        alike = [other["epochMillis"] for other in rows if subject.items() <= other.items()]
        among_the_last = row["epochMillis"] >= moments[min(last, len(moments)) - 1]
        assert found.has(row) == (among_the_last or row["epochMillis"] == max(alike))


def test_what_came_into_a_file_meanwhile_stays() -> None:
    told = {"user": "a", "item": "x", "kind": "visit"}
    found = newest([told | {"epochMillis": k} for k in (1, 2, 9)], 1)
    assert found.has(told | {"user": "b", "epochMillis": 1})
    assert not found.has(told | {"epochMillis": 2})


def test_what_can_be_read_once_is_refused() -> None:
    with pytest.raises(InputError, match="all are read twice: load files"):
        loading.load_rows(None, loading.EVENTS, [], ReadOptions(last=1))
    with pytest.raises(InputError, match="all are read twice: load files"):
        loading.load(None, loading.EVENTS, ["-"], ReadOptions(last=1))
