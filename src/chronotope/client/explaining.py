"""Say why there is nothing: what is missing is looked up, never guessed."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from chronotope.client.controls import Controls
from chronotope.errors import InputError
from chronotope.graph import Graph
from chronotope.suggestions import did_you_mean

_KINDS = {"places": "with a location", "goods": "without a location"}
_INTERESTS = {"category": "no category", "keyword": "no keyword", None: "neither category nor tag"}
_NARROWING = ("items", "exclude", "interests", "not_interests", "within", "unseen_for", "where")
_REMEDIES = {
    "category": "load items with a column category",
    "keyword": "load items with tags, or run: chronotope extract",
    None: "load items with a column category or tags",
}


def no_user(graph: Graph, user: str) -> InputError:
    """Return the error of a user whom the graph does not have."""
    known = (row["id"] for row in graph.read("explain.find_users_like", {"user": user}))
    return InputError(f"The graph has no user '{user}'.{did_you_mean(user, known)}")


def no_item(graph: Graph, item: str) -> InputError:
    """Return the error of an item that the graph does not have."""
    known = (row["id"] for row in graph.read("explain.find_items_like", {"item": item}))
    return InputError(f"The graph has no item '{item}'.{did_you_mean(item, known)}")


def check_place(graph: Graph, place: str) -> None:
    """Raise InputError, with what may have been meant, for a place that no event names."""
    found = graph.read("explain.find_places_like", {"place": place})[0]
    if not found["known"]:
        raise InputError(
            f"There is no place '{place}': no event names it.{did_you_mean(place, found['others'])}"
        )


def no_places(graph: Graph, user: str, at: datetime) -> str:
    """Say why a user with events is at no place."""
    facts = graph.read("explain.count_events", {"user": user, "at": at})[0]
    if facts["placed"]:
        return f"The events of user '{user}' that have a place do not tell when they were."
    return (
        f"None of the {facts['events']:,} events of user '{user}' has a place: load items with "
        "latitude and longitude, or events with a column place or location."
    )


def no_tags(graph: Graph, user: str, at: datetime, scheme: str | None = None) -> str:
    """Say why a user with events has no interest of a scheme."""
    facts = graph.read("explain.count_events", {"user": user, "at": at, "scheme": scheme})[0]
    if facts["tagged"]:
        return (
            f"User '{user}' has no interest that outweighs what they declined: "
            f"{facts['declined']:,} beside {facts['events']:,} events."
        )
    return (
        f"The items of the {facts['events']:,} events of user '{user}' have {_INTERESTS[scheme]}; "
        f"{_REMEDIES[scheme]}"
    )


def unknown_items(graph: Graph, controls: Controls) -> Iterator[str]:
    """Say which items of a request the graph does not have."""
    named = [*(controls.get("items") or ()), *(controls.get("session") or ())]
    if named:
        for row in graph.read("load.find_missing_items", {"ids": named}):
            yield f"The graph has no item '{row['id']}'."


def own_meaning(user: str | None) -> str:
    """Say that what a user does counts, and not what they say."""
    return f"User '{user}' has a history, whose meaning counts; what they say they like does not."


def asked_for_new(share: float) -> str:
    """Say that only what is new was asked for, and why."""
    return (
        f"Asked for what is new (discover), because only {share:.1%} of the events that could "
        "return to an item that their user had do so. For known ones too: "
        "chronotope recommend --next"
    )


def no_recommendation(
    graph: Graph, task: str, user: str | None, at: datetime, controls: Controls
) -> str:
    """Say why nothing is recommended."""
    only = controls.get("only")
    counts = graph.read("explain.count_items", {"user": user or "", "at": at, "only": only})[0]
    sort = f" {_KINDS[only]}" if only else ""
    if not counts["items"]:
        return "The graph has no items; load some: chronotope load"
    narrowing = [name for name in _NARROWING if controls.get(name) is not None]
    if "items" in narrowing:
        return "None of the items that were asked for is there and allowed."
    if not counts["active"]:
        return f"None of the {counts['items']:,} items is active."
    if not counts["allowed"]:
        return f"There is no active item{sort}."
    if narrowing:
        return f"No item is allowed by {' and '.join(narrowing)}, beside what the user has."
    items = f"the {counts['allowed']:,} active items{sort}"
    if task == "new_items" and not counts["unvisited"]:
        return f"Somebody has been at each of {items}: none is new to all."
    if task == "discover" and not counts["unseen"]:
        return f"User '{user}' has been at each of {items}: nothing is left to discover."
    left = {"new_items": "unvisited", "discover": "unseen"}.get(task, "allowed")
    return (
        f"{counts[left]:,} items{sort} could be recommended, but nothing leads to them yet: they "
        "are found by the statistics and the meaning of texts. Run: chronotope embed, and: "
        "chronotope derive"
    )


def nothing_found(filters: Mapping[str, Any]) -> str:
    """Say which conditions of a search no item meets."""
    met = " and ".join(_conditions(filters))
    if met:
        return f"Nothing was found {met}."
    return "Nothing was found: no active item has a text that is embedded."


def _conditions(filters: Mapping[str, Any]) -> Iterator[str]:
    if filters.get("within") is not None:
        yield f"within {filters['within']:,g} m"
    if filters.get("interest") is not None:
        yield f"about '{filters['interest']}'"


def no_keywords(items: int, described: int, min_items: int) -> str:
    """Say why no keyword was extracted."""
    if not items:
        return "The graph has no items; load some: chronotope load items"
    if not described:
        return (
            f"None of the {items:,} items has a description, of which keywords are made; load "
            "items with a column description."
        )
    return (
        f"No phrase of the {described:,} descriptions is a keyword: it has to stand in at least "
        f"{min_items:,} of them (--min-items) and in no more than half, to be near what the text "
        "means, and to repeat neither name nor category."
    )
