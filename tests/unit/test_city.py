from collections import Counter
from datetime import datetime
from pathlib import Path

from chronotope import city
from chronotope.city import CityOptions

SMALL = CityOptions(residents=12, venues=200, days=60)


def test_one_seed_gives_one_city() -> None:
    assert city.generate(SMALL) == city.generate(SMALL)
    assert city.generate(SMALL) != city.generate(
        CityOptions(seed=8, residents=12, venues=200, days=60)
    )


def test_the_demo_has_the_promised_size() -> None:
    town = city.generate()
    venues = [item for item in town.items if "latitude" in item]
    assert (len(town.homes), len(venues)) == (300, 1000)
    assert 20_000 < len(town.events) < 100_000
    assert len({item["name"] for item in town.items}) == len(town.items)
    assert any("咖啡" in item["name"] for item in venues)


def test_goods_have_no_place_but_their_purchases_do() -> None:
    town = city.generate(SMALL)
    located = {item["item_id"] for item in town.items if "latitude" in item}
    for event in town.events:
        assert (event["kind"] == "purchase") == (event["item_id"] not in located)
        assert (event.get("place") is not None) == (event["kind"] == "purchase")


def test_routines_follow_hours_and_weekdays() -> None:
    town = city.generate(SMALL)
    category = {item["item_id"]: item["category"] for item in town.items}
    moments = [
        (category[e["item_id"]], datetime.fromisoformat(e["timestamp"])) for e in town.events
    ]
    office = Counter(at.weekday() for name, at in moments if name.startswith("Work"))
    assert set(office) <= {0, 1, 2, 3, 4}
    bars = [at.hour for name, at in moments if name == "Nightlife > Bar"]
    coffee = [at.hour for name, at in moments if name == "Dining > Coffee Shop"]
    assert sum(bars) / len(bars) > sum(coffee) / len(coffee) + 6


def test_a_city_is_written_as_the_loader_reads_it(tmp_path: Path) -> None:
    items, events = city.write(city.generate(SMALL), tmp_path)
    assert items.read_text(encoding="utf-8").startswith("item_id,name,category,description,lat")
    assert events.read_text(encoding="utf-8").startswith("user_id,item_id,timestamp,kind,value")
