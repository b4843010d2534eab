import re

import pytest

from chronotope import catalogue
from chronotope.language.reasons import _REASONS, distance_words, reasons

BECAUSE: list[dict[str, object]] = [
    {"reason": "coVisited", "id": "a", "name": "Café A", "count": 1},
    {"reason": "similarUsers", "count": 3},
    {"reason": "near", "id": "a", "name": None, "km": 0.126},
]


def test_the_strongest_reasons_come_first() -> None:
    terms = {"home": 0.2, "huff1": 0.2, "likeMinded": 0.3, "together": 0.9, "density": -1.0}
    assert reasons(terms, BECAUSE) == [
        "goes with Café A (1 person)",
        "130 m from a",
        "3 people of similar taste",
    ]


def test_reasons_are_said_in_the_language_that_is_asked_for() -> None:
    terms = {"home": 0.4, "likeMinded": 0.3, "together": 0.9, "density": 0.1}
    assert reasons(terms, BECAUSE, 4, "zh") == [
        "1人也去Café A", "离a约130米", "3位口味相近的人去过", "周围场所不多",
    ]  # fmt: skip


def test_no_reason_is_left_in_english() -> None:
    fact = {"name": "茶馆", "count": 2, "km": 1.26, "days": 3.2}
    kinds = (
        "visited", "atThisHour", "afterLast", "followedBy", "interest", "coVisited", "meaning",
        "local", "popular", "near", "here", "similarUsers", "friends", "looked",
    )  # fmt: skip
    facts = dict.fromkeys(kinds, fact)
    words = [
        reason.words(facts, "zh", goods=goods) or ""
        for reason in _REASONS
        for goods in (False, True)
    ]
    assert not [text for text in words if not text or re.search("[a-z]", text)]


def test_a_term_without_a_fact_is_no_reason() -> None:
    assert reasons({"localPopularity": 2.0, "popularity": 1.0}, BECAUSE) == []


def test_at_most_so_many_reasons() -> None:
    terms = {"home": 1.0, "likeMinded": 2.0, "together": 3.0}
    assert len(reasons(terms, BECAUSE, 2)) == 2


@pytest.mark.parametrize("task", ["next", "discover", "new_items"])
def test_every_feature_of_a_candidate_has_words(task: str) -> None:
    spoken = {name for reason in _REASONS for name in reason.features}
    of_all_alike = {"maturity", "stay", "age"}
    never_for_it = {"shown", "declinedInterest", "declinedAlike"}
    features = set(catalogue.get(f"recommend.{task}").feature_names)
    assert features - of_all_alike - never_for_it <= spoken


@pytest.mark.parametrize(
    ("kind", "en", "zh"),
    [
        ("purchase", "bought 3 times", "您买过3次"),
        ("view", "looked at 3 times", "您看过3次"),
        ("visit", "had 3 times", "您有过3次"),
        (None, "had 3 times", "您有过3次"),
    ],
)
def test_a_good_was_bought_or_had_where_a_place_was_visited(
    kind: str | None, en: str, zh: str
) -> None:
    terms, because = {"visits": 1.0}, [{"reason": "visited", "count": 3, "kind": kind}]
    assert reasons(terms, because, goods=True) == [en]
    assert reasons(terms, because, language="zh", goods=True) == [zh]
    assert reasons(terms, because) == ["been there 3 times"]


def test_nothing_is_said_of_a_good_as_of_a_place() -> None:
    fact = {"name": "Tea", "count": 2, "km": 1.26, "days": 3.2}
    facts = {reason.fact: fact for reason in _REASONS if reason.fact not in (None, "here", "near")}
    said = [reason.words(facts, "en", goods=True) or "" for reason in _REASONS]
    places = {"few others around", "in a busy part of town"}  # goods have no such feature
    assert not [text for text in said if re.search(r"there|visitor|place|often at", text)]
    assert places <= set(said)


def test_distance_is_from_here_if_known() -> None:
    assert distance_words(BECAUSE) == "130 m"
    assert distance_words([*BECAUSE, {"reason": "here", "km": 12.34}]) == "12.3 km"
    assert distance_words([]) == ""
