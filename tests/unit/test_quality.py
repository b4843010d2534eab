"""scripts/quality.py prepares sets of files and says what was measured on them."""

import gzip
import json
import runpy
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "quality.py"
RATINGS = """\
user_id:token	item_id:token	rating:float	timestamp:float
1	a	5	0
1	b	3	1
2	b	4	2
2	a	4	86400
"""
FILMS = """\
item_id:token	movie_title:token_seq	release_year:token	class:token_seq
a	Alone	1995	Comedy Crime
b	Both	1996	Drama
"""


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    return runpy.run_path(str(SCRIPT))


def test_good_ratings_are_prepared_as_events(script: dict[str, Any], tmp_path: Path) -> None:
    folder = tmp_path / "wheels" / "recbole" / "dataset_example" / "ml-100k"
    folder.mkdir(parents=True)
    (folder / "ml-100k.inter").write_text(RATINGS)
    (folder / "ml-100k.item").write_text(FILMS)
    script["main"](["prepare", str(tmp_path), str(tmp_path / "wheels")])
    made = tmp_path / "movielens"
    assert (made / "events.csv").read_text().splitlines() == [
        "user_id,item_id,timestamp",
        "1,a,1970-01-01T00:00:00+00:00",
        "2,b,1970-01-01T00:00:02+00:00",
        "2,a,1970-01-02T00:00:00+00:00",
    ]
    rows = list(script["read"](made / "items.csv"))
    assert rows[0]["name"] == "Alone (1995)"
    assert json.loads(rows[0]["category"]) == ["Comedy", "Crime"]
    assert script["cut_of"](made, 0.5).isoformat() == "1970-01-01T00:00:02+00:00"
    asked = [script["Asked"](**row) for row in json.loads((made / "set.json").read_text())["asked"]]
    assert [row.label for row in asked] == ["80%", "last out"]


def test_check_ins_are_asked_with_and_without_coordinates(
    script: dict[str, Any], tmp_path: Path
) -> None:
    with gzip.open(tmp_path / "venues.csv.gz", "wt") as file:
        file.write("item_id,name,latitude,longitude\na,Bar,45.0,13.0\n")
    with gzip.open(tmp_path / "checkins.csv.gz", "wt") as file:
        file.write("user_id,item_id,timestamp\n1,a,2010-08-01T17:42:09Z\n")
    script["main"](["prepare", str(tmp_path), str(tmp_path)])
    made = tmp_path / "gowalla"
    asked = [script["Asked"](**row) for row in json.loads((made / "set.json").read_text())["asked"]]
    assert [(row.task, row.label) for row in asked] == [
        ("discover", "2010-07-15"),
        ("discover", "2010-07-15, no coordinates"),
        ("next", "2010-07-15"),
    ]
    bare = script["without_places"](made / "items.csv", tmp_path)
    assert bare.read_text() == "item_id,name,category,description\na,Bar,,\n"


def test_a_row_of_the_table_has_the_best_of_the_plain_baselines(script: dict[str, Any]) -> None:
    ratio = {"ndcg@20": {"value": 1.25, "ci95": [1.1, 1.4]}}
    report = {
        "users": 1200,
        "positives": 3000,
        "metrics": {"ndcg@20": {"value": 0.1, "ci95": [0.09, 0.11]}},
        "baselines": {
            "popularity": {"ndcg@20": 0.05},
            "EASE": {"ndcg@20": 0.08},
            "walk": {"ndcg@20": 0.09},
        },
        "ratios": dict.fromkeys(("popularity", "EASE", "walk"), ratio),
        "candidates": {"mean": 275.4, "recall": 0.4321},
    }
    watch = script["Stopwatch"](script["_say"])
    model = script["Model"].blank("discover").named("discover")
    asked = script["Asked"](cut=0.8)
    line = script["line"]("shop", asked, {"discover": report}, model, None, {"own": 0.2}, watch)
    assert str(line) == (
        "| shop | discover 80%: ndcg@20 | 1,200 | 3,000 | EASE 0.0800 | 1.250 [1.10, 1.40] |  | "
        "275 | 0.432 | own 0.200 |  |"
    )
    assert script["Line"].head().count("|") == 2 * 12
