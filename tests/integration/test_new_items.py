"""Learning and evaluating what to make of new items, in a city of which little is known yet."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from chronotope import city, evaluation, fusion, loading, replay, statistics

pytestmark = pytest.mark.slow

TOWN = city.CityOptions(residents=250, venues=700, days=12)
CUT = datetime.combine(TOWN.first_day, datetime.min.time(), UTC) + timedelta(days=9)


def test_new_items_are_ranked_by_place_and_text_and_controls_say_what_text_adds(
    tmp_path: Path,
) -> None:
    items, events = city.write(city.generate(TOWN), tmp_path)
    options = loading.ReadOptions(local_timezone=ZoneInfo(city.ZONE), shared=True)
    source = replay.FileSource([str(items)], [str(events)], options)
    derived = statistics.DeriveOptions(taste_dimension=8)
    with replay.replay(source, CUT, options=derived) as past:
        task = evaluation.TASKS["new_items"]
        what = evaluation.protocol(past, task, CUT, CUT + timedelta(days=3))
        visited = {past.history.items[k] for k in past.history.events.item.tolist()}
        assert not any(visited.intersection(instance.relevant) for instance in what.instances)
        found = fusion.ablate(past, what, CUT, fusion.LearnOptions(limit=400))
        past.derive(CUT)
        report = evaluation.report(evaluation.evaluate(past, what, model="G+T"))
    assert set(found) == {
        "G", "G+T", "G+L", "G+T+L", "G+T+shuffled L", "G+T+random L", "L", "shuffled L",
    }  # fmt: skip
    assert "difference" in found["L"]["ndcg@20"]
    assert "difference" not in found["G+T"]["ndcg@20"]
    assert set(report["baselines"]) == {"distance alone", "text alone"}
    assert report["candidates"]["recall"] == 1
    gt, g = (found[name]["ndcg@20"]["value"] for name in ("G+T", "G"))
    assert gt > g
    assert report["metrics"]["ndcg@20"]["value"] == pytest.approx(gt)
