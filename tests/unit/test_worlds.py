"""The synthetic worlds: one seed, one log; and what the laws say shows in it."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from worlds import END, FOREVER, Log, World, family, generate, learning
from worlds.stock import draw_stock
from worlds.stories import of_world, sources

from chronotope import loading
from chronotope.fusion import samples, train

SMALL = World("small-1", seed=5, users=80, items=300, span=100.0, chunks=20, events=40.0)


def of(**changed: object) -> Log:
    return generate(replace(SMALL, **changed))  # type: ignore[arg-type]


def repeats(log: Log) -> float:
    pairs = Counter(zip(log.user.tolist(), log.item.tolist(), strict=True))
    return 1 - len(pairs) / len(log.user)


def test_one_seed_gives_one_log() -> None:
    first, again, other = of(), of(), of(seed=6)
    for name in ("user", "item", "second"):
        assert np.array_equal(getattr(first, name), getattr(again, name))
    assert first.categories == again.categories
    assert not np.array_equal(first.item[:50], other.item[:50])


def test_events_are_in_order_and_end_with_the_world() -> None:
    log = of()
    assert (np.diff(log.second) >= 0).all()
    assert END.timestamp() - 100 * 86400 <= log.second[0] <= log.second[-1] < END.timestamp()
    assert 80 * 40 * 0.6 < len(log.user) < 80 * 40 * 1.6


def test_users_repeat_as_often_as_they_are_said_to() -> None:
    assert repeats(of(repeat=0.0)) == 0
    assert repeats(of(repeat=0.5)) == pytest.approx(0.5, abs=0.12)


def test_new_items_come_by_way_of_co_visitors() -> None:
    """Without taste and attraction, only other users tell what goes together."""
    alone = {"taste": 0.0, "liking": 0.0, "quality": 0.0, "pareto": 0.0, "link": 0.0}

    def together(walk: float) -> float:
        log = of(users=40, walk=walk, **alone)
        had = np.zeros((40, 300))
        had[log.user, log.item] = 1
        both = had.T @ had
        np.fill_diagonal(both, 0)
        return float((both**2).sum() / both.sum())

    assert together(0.9) > 1.5 * together(0.0)


def test_partners_of_own_items_are_chosen() -> None:
    linking = replace(SMALL, link=0.9, walk=0.0)
    partners = draw_stock(linking, np.random.default_rng(SMALL.seed).spawn(1)[0]).partners
    assert partners is not None

    def linked(log: Log) -> float:
        own: dict[int, set[int]] = {user: set() for user in range(80)}
        found = []
        for user, item in zip(log.user.tolist(), log.item.tolist(), strict=True):
            found.append(item in own[user])
            own[user].update(partners[item].tolist())
        return float(np.mean(found))

    assert linked(generate(linking)) > linked(of(link=0.0, walk=0.0)) + 0.2


def test_a_moving_world_has_other_favourites_at_its_end() -> None:
    def kept(log: Log) -> float:
        halves = np.array_split(log.item, 2)
        first, second = (np.bincount(half, minlength=300) for half in halves)
        return float(np.corrcoef(first, second)[0, 1])

    still, moving = of(events=150.0), of(events=150.0, trend=0.8, shock=1.0, persistence=20.0)
    assert kept(still) > kept(moving) + 0.2


def test_nothing_is_chosen_before_it_is_born() -> None:
    early = of(born=0.0).item[:1000], of(born=0.9, half_life=20.0).item[:1000]
    everything, few = (len(np.unique(items)) for items in early)
    assert few < everything / 2


def test_near_items_are_chosen_where_items_have_a_place() -> None:
    def spread(distance: float) -> float:
        log = of(distance=distance, scale=0.01, homes=1, walk=0.0, link=0.0)
        assert log.spot is not None
        spots = [log.spot[log.item[log.user == user]] for user in range(80)]
        return float(np.mean([spot.std(axis=0).mean() for spot in spots if len(spot)]))

    assert spread(3.0) < 0.6 * spread(0.1)
    assert of(distance=0.0).spot is None


def test_the_log_shows_as_many_levels_of_categories_as_it_is_said_to() -> None:
    assert set(of(labels=0).categories) == {""}
    assert not any(">" in name for name in of(labels=1).categories)
    assert all(" > " in name for name in of(labels=2).categories)


def test_the_family_is_a_mixture_that_only_grows() -> None:
    worlds = family(18)
    assert family(9) == worlds[:9]
    assert len({world.name for world in worlds}) == len({world.seed for world in worlds}) == 18
    kinds = Counter(world.name.partition("-")[0] for world in worlds)
    assert kinds == {"shop": 4, "sit": 4, "mus": 4, "pla": 4, "gen": 2}
    still = [world for world in worlds if world.trend < 0.05]
    assert len(still) == 8
    assert all((w.born, w.half_life, w.memory) == (0.0, FOREVER, 1000.0) for w in still)
    assert all((world.distance > 0) == world.name.startswith("pla") for world in worlds)
    assert max(world.users * world.events for world in worlds) <= 75_000


def test_the_last_event_of_each_user_may_come_later() -> None:
    log, story = of(), of_world(replace(SMALL, leave_last_out=True))
    assert {event.millis for event in story.later} == {int(END.timestamp()) * 1000}
    last = {f"u{user}": f"i{item}" for user, item in zip(log.user, log.item, strict=True)}
    assert {event.user: event.item for event in story.later} == last
    assert len(list(story.events)) == len(log.user) - len(last)


def test_what_is_new_is_asked_where_items_are_born() -> None:
    still, moving, town, new = sources([SMALL, replace(SMALL, born=0.2)])
    assert [one.tasks for one in (town, new, still)] == [
        ("discover",),
        ("new_items",),
        ("discover",),
    ]
    assert moving.tasks == ("discover", "new_items")
    assert moving.kind == "small"


def test_the_city_is_also_asked_while_it_is_new() -> None:
    story = sources([])[-1].tell()
    assert story.texts
    assert max(event["timestamp"] for event in story.events) < "2026-01-19T02"


@pytest.mark.parametrize("distance", [0.0, 1.0])
def test_the_loader_takes_all_rows(distance: float) -> None:
    story = of_world(replace(SMALL, distance=distance, repeat=0.4, basket=8.0))
    for table, rows in ((loading.ITEMS, story.items), (loading.EVENTS, story.events)):
        summary = loading.load_rows(None, table, rows, story.options)
        assert (summary.rejected, summary.duplicate) == (0, 0)
        assert summary.loaded == summary.rows > 0


def test_each_world_counts_the_same_however_many_questions_it_has() -> None:
    large, small = asked(np.array([1.0, 0.0]), 900), asked(np.array([-1.0, 0.0]), 100)
    both = samples.joined([large, small])
    counted = np.concatenate([learning.importance(part) for part in (large, small)])
    assert counted[:900].sum() == pytest.approx(counted[900:].sum())
    free = np.zeros(2, bool)
    equal, by_size = (
        train.linear(both, both.features, free, 1e-4, importance=one) for one in (counted, None)
    )
    assert abs(equal[0]) < 0.2 < 0.5 < by_size[0]


def asked(law: np.ndarray, questions: int) -> samples.Samples:
    """Draw one right candidate of ten a question, by a law of their features."""
    draw = np.random.default_rng(questions)
    x = draw.standard_normal((questions, 10, 2)).astype(np.float32)
    right = np.zeros((questions, 10), bool)
    right[np.arange(questions), (x @ law + draw.gumbel(size=(questions, 10))).argmax(1)] = True
    ones, users = np.ones(questions, np.int64), np.arange(questions).astype(str)
    start = 10 * np.arange(questions + 1)
    return samples.Samples(x.reshape(-1, 2), right.ravel(), start, ones, users)
