"""What an assistant is told: short, rounded, without what is null."""

from datetime import UTC, datetime

from chronotope.catalogue import parse
from chronotope.client import Audience, Items, Location, Recorded, Tag, Tags
from chronotope.client.asked import Item
from chronotope.integrations import answers

AT = datetime(2026, 3, 2, 8, 0, 0, 123456, tzinfo=UTC)
ITEM = Item(
    id="cafe",
    name="é" * 400,
    category=None,
    location=Location(45.123456789, 13.0),
    score=1.23456789,
    terms={"meaning": 1.0},
    because=(),
    exact=True,
)
TAG = Tag(
    id="category:Bar",
    name="Bar",
    scheme="category",
    broader=None,
    weight=0.5,
    lift=None,
    trend="steady",
    events=4,
    first=AT,
    last=AT,
    hours=(0,) * 18 + (4,) + (0,) * 5,
    weekdays=(4, 0, 0, 0, 0, 0, 0),
    places=({"id": "bar", "name": None, "events": 4},),
    evidence=({"id": "an event"},),
)


def test_an_item_is_short() -> None:
    found = Items(user=None, known=None, at=AT, request={}, text="tea", rows=(ITEM,))
    assert answers.items(found) == {
        "searched": "tea",
        "items": [
            {
                "id": "cafe",
                "name": "é" * 300 + "…",
                "location": {"latitude": 45.12346, "longitude": 13.0},
                "score": 1.2346,
            }
        ],
        "remarks": [],
    }


def test_a_tag_is_told_without_the_events_behind() -> None:
    found = Tags(user="ann", known=True, at=AT, as_of=None, partial=False, request={}, rows=(TAG,))
    assert answers.tags(found) == {
        "user": "ann",
        "at": "2026-03-02T08:00:00+00:00",
        "tags": [
            {
                "id": "category:Bar", "name": "Bar", "scheme": "category", "weight": 0.5,
                "trend": "steady", "events": 4, "last": "2026-03-02T08:00:00+00:00",
                "when": TAG.when(), "places": ["bar"],
            }
        ],
        "remarks": [],
    }  # fmt: skip


def test_of_a_group_that_is_too_small_nothing_is_told() -> None:
    few = Audience(
        at=AT, request={}, interests=(), min_size=5, size=None, expected=None, reach=(), rows=()
    )
    assert answers.audience(few) == {
        "interests": [],
        "at": "2026-03-02T08:00:00+00:00",
        "reach": [],
        "users": [],
        "remarks": ["Fewer than 5 users fit; nothing is told of them."],
    }


def test_a_query_is_told_with_what_it_takes() -> None:
    text = "// Find.\n// @mode read\n// @param k INTEGER = 3  how many\n// @returns id STRING\n"
    query = parse(f"{text}CYPHER 25\nMATCH (n) RETURN n.id AS id LIMIT $k", "find.all")
    assert answers.query(query) == {
        "name": "find.all",
        "summary": "Find.",
        "parameters": [{"name": "k", "type": "INTEGER", "default": "3", "says": "how many"}],
        "columns": [{"name": "id", "type": "STRING"}],
    }
    assert answers.queries([query]) == {"queries": [{"name": "find.all", "summary": "Find."}]}


def test_a_fate_is_told() -> None:
    assert answers.recorded(Recorded(fate="known", id="1")) == {
        "fate": "known", "written": True, "id": "1",
    }  # fmt: skip
    unknown = answers.recorded(Recorded(fate="unknown item", id=None))
    assert unknown == {"fate": "unknown item", "written": False}
