"""Answers of the client as small as a language model needs them: no vectors, rounded, no nulls.

Pure functions from results to what JSON can hold.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chronotope.catalogue import Query
from chronotope.client import (
    Audience,
    Explanation,
    Item,
    Items,
    Location,
    Recommendation,
    Recommendations,
    Recorded,
    Tag,
    Tags,
)

Answer = dict[str, Any]

_LONGEST = 300  # characters of a text
_TERMS = 6


def recommendations(found: Recommendations) -> Answer:
    """Return what is recommended, each with its reasons in words."""
    return _small(
        {
            "user": found.user,
            "known": found.known,
            "question": found.request["task"],
            "at": found.at,
            "statistics_as_of": found.as_of,
            "items": [
                {**_item(row), "distance": row.distance(), "reasons": row.reasons()}
                for row in found
            ],
            "remarks": found.remarks,
        }
    )


def explanation(told: Explanation) -> Answer:
    """Return why an item stands where it does, in sentences and by its strongest terms."""
    strongest = sorted(told.terms, key=lambda term: -abs(term.share))[:_TERMS]
    return _small(
        {
            "user": told.user,
            "known": told.known,
            "question": told.task,
            "at": told.at,
            **_item(told),
            "recommended": told.recommended,
            "rank": told.rank,
            "sentences": told.sentences(),
            "terms": [
                {"feature": term.feature, "value": term.value, "share": term.share}
                for term in strongest
                if term.share
            ],
            "left_out_by": [fact["reason"] for fact in told.exclusions if fact["excludes"]],
            "changes": [
                {"what": change.what, "at": change.at, "rank": change.rank, "score": change.score}
                for change in told.changes
            ],
            "remarks": told.remarks,
        }
    )


def items(found: Items) -> Answer:
    """Return what a search found, and how it understood the text."""
    return _small(
        {
            "searched": found.text,
            "user": found.user,
            "here": found.here,
            "hours": found.hours,
            "weekdays": found.weekdays,
            "items": [{**_item(row), "distance": row.distance()} for row in found],
            "remarks": found.remarks,
        }
    )


def tags(found: Tags) -> Answer:
    """Return the interests of a user, with when and where, and without the events behind."""
    return _small(
        {
            "user": found.user,
            "at": found.at,
            "tags": [_tag(tag) for tag in found],
            "remarks": found.remarks,
        }
    )


def audience(found: Audience) -> Answer:
    """Return the users who fit; of a group that is too small, that it is."""
    few = f"Fewer than {found.min_size:,} users fit; nothing is told of them."
    return _small(
        {
            "interests": [interest["name"] for interest in found.interests],
            "at": found.at,
            "size": found.size,
            "reach": [{"score": step.score, "users": step.users} for step in found.reach],
            "users": [
                {
                    "id": member.id,
                    "score": member.score,
                    "events": member.events,
                    "last": member.last,
                    "because": [fact["name"] for fact in member.because],
                }
                for member in found
            ],
            "remarks": [*found.remarks, *([few] if found.size is None else [])],
        }
    )


def queries(found: Sequence[Query]) -> Answer:
    """Return queries by name, with what each does."""
    return {"queries": [{"name": query.name, "summary": query.summary} for query in found]}


def query(found: Query) -> Answer:
    """Return what a query takes and returns."""
    return {
        "name": found.name,
        "summary": found.summary,
        "parameters": [
            {"name": one.name, "type": one.type, "default": one.default, "says": one.doc}
            for one in found.parameters
        ],
        "columns": [{"name": name, "type": type_} for name, type_ in found.returns],
    }


def recorded(told: Recorded) -> Answer:
    """Return the fate of what was told."""
    return _small({"fate": told.fate, "written": told.is_written, "id": told.id})


def _item(row: Item | Recommendation | Explanation) -> Answer:
    return {
        "id": row.id,
        "name": row.name,
        "category": row.category,
        "location": row.location,
        "score": row.score,
    }


def _tag(tag: Tag) -> Answer:
    return {
        "id": tag.id,
        "name": tag.name,
        "scheme": tag.scheme,
        "broader": tag.broader,
        "weight": tag.weight,
        "lift": tag.lift,
        "trend": tag.trend,
        "events": tag.events,
        "last": tag.last,
        "when": tag.when(),
        "places": [place["name"] or place["id"] for place in tag.places],
    }


def _small(answer: Mapping[str, Any]) -> Answer:
    """Return an answer without what is null or empty, its values short."""
    return {key: _short(one) for key, one in answer.items() if one is not None and one != ""}


def _short(value: Any) -> Any:
    """Return a value as JSON holds it: numbers rounded, long texts cut."""
    match value:
        case Location():
            return {"latitude": round(value.latitude, 5), "longitude": round(value.longitude, 5)}
        case Mapping():
            return _small(value)
        case list() | tuple():
            return [_short(one) for one in value]
        case float():
            return round(value, 4)
        case datetime():
            return value.isoformat(timespec="seconds")
        case str() if len(value) > _LONGEST:
            return f"{value[:_LONGEST]}…"
        case _:
            return value
