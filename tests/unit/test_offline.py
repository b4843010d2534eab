import csv
from pathlib import Path

import pytest

from chronotope.loading import EVENTS, ITEMS, ImportFiles, ReadOptions, Watch, read_into


@pytest.mark.parametrize("size", [1, 2, 100])
def test_of_an_event_that_is_told_twice_the_later_word_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr("chronotope.loading.loader._BATCH", size)
    rows = [
        "a,ann,x,1",
        "b,ann,x,1",
        "a,ann,x,2",
        "b,ann,x,1",
        "c,ann,x,1",
        "a,ann,x,1",
        "a,bob,x,1",
    ]
    path = tmp_path / "events.csv"
    path.write_text(
        "event_id,user_id,item_id,value,timestamp\n"
        + "".join(f"{row},2026-05-01T12:00Z\n" for row in rows)
    )
    with ImportFiles(tmp_path) as files:
        summary = read_into(
            files.write(EVENTS), EVENTS, [str(path)], ReadOptions(), Watch(), files.supersede
        )
    fates = ("rows", "loaded", "updated", "unchanged", "duplicate", "rejected")
    assert [getattr(summary, fate) for fate in fates] == [7, 3, 2, 0, 1, 1]
    with (tmp_path / "INTERACTED.csv").open(newline="") as file:
        found = {row["id"]: row["value:double"] for row in csv.DictReader(file)}
    assert found == {"a": "1.0", "b": "1.0", "c": "1.0"}
    lines = (tmp_path / "INTERACTED.csv").read_text().splitlines()
    assert len(lines) == 4


def test_a_strict_import_rejects_events_of_unknown_items(tmp_path: Path) -> None:
    items, events = tmp_path / "i.csv", tmp_path / "e.csv"
    items.write_text("item_id\na\n")
    events.write_text(
        "user_id,item_id,timestamp\nann,b,2026-01-01T00:00Z\nann,a,2026-01-01T00:00Z\n"
    )
    with ImportFiles(tmp_path, strict=True) as files:
        for table, path in ((ITEMS, items), (EVENTS, events)):
            summary = read_into(files.write(table), table, [str(path)], ReadOptions(), Watch())
    assert (summary.loaded, summary.rejected, files.bare_items) == (1, 1, 0)
    assert dict(files.counts) == {"Item": 1, "INTERACTED": 1, "User": 1}
    assert str(summary.rejections[0]).endswith("2: item_id: 'b' is no item of the graph (--strict)")
