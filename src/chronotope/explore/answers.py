"""What the page is told: results of the client in, what JSON can hold out. Pure functions."""

from collections.abc import Mapping, Sequence
from typing import Any

from chronotope.client import (
    Explanation,
    Found,
    Overview,
    Profile,
    Recommendation,
    Recommendations,
    Rhythm,
    Tags,
    Tried,
    Users,
)
from chronotope.exports import cell_shape
from chronotope.language import Language
from chronotope.pages import term_series, words

Json = dict[str, Any]

_MIX = 8  # interests that are told by hour
_TERMS = 12  # terms of an explanation


def users(found: Users) -> Json:
    """Return a page of users."""
    return {"users": [user.id for user in found], "more": found.more}


def items(found: Found) -> Json:
    """Return items that were found."""
    rows = [{"id": item.id, "name": item.name, "category": item.category} for item in found]
    return {"items": rows}


def city(overview: Overview, language: Language) -> Json:
    """Return people in cells by hour, by weekday and hour, and what they turn to."""
    cells = [
        {"id": area.id, "name": area.name, "people": area.people, "middle": area.location,
         "ring": (shape := cell_shape(area.id)) and shape.ring}
        for area in overview
    ]  # fmt: skip
    turned = [
        {"name": turn.name, "people": turn.people, "hours": turn.hours}
        for turn in overview.interests[:_MIX]
    ]
    return {
        "cells": cells,
        "week": overview.week,
        "days": words("days", language).split(),
        "interests": turned,
        "notes": [words("few", language, least=overview.request["minUsers"]), *overview.remarks],
    }


def user(profile: Profile, rhythm: Rhythm, tags: Tags, language: Language) -> Json:
    """Return what is known of a user: in words, where, when, and what."""
    places = [
        {"name": place.name or place.id, "weight": place.weight, "location": place.location,
         "hours": place.hours}
        for place in rhythm
    ]  # fmt: skip
    interests = [
        {"name": tag.name, "weight": tag.weight, "trend": words(tag.trend, language),
         "when": tag.when(language)}
        for tag in tags
    ]  # fmt: skip
    return {
        "text": profile.text,
        "places": places,
        "interests": interests,
        "notes": [*profile.remarks],
    }


def recommendations(found: Recommendations, language: Language) -> Json:
    """Return what is recommended, with what each term adds."""
    (rows,), names = _with_terms([found], language)
    return {"items": rows, "terms": names, "notes": found.remarks}


def explanation(told: Explanation, language: Language) -> Json:
    """Return why an item is recommended or not: sentences, and the strongest terms."""
    strongest = sorted(told.terms, key=lambda term: -abs(term.share))[:_TERMS]
    return {
        "id": told.id,
        "name": told.name or told.id,
        "recommended": told.recommended,
        "sentences": told.sentences(language),
        "terms": [
            {"name": term.feature, "value": term.value, "share": term.share}
            for term in strongest
            if term.share
        ],
        "hours": told.by_hour,
        "notes": told.remarks,
    }


def tried(result: Tried, language: Language) -> Json:
    """Return the answers before and after an event, with how far each item has moved.

    `moved` is 0 where it was, above 0 for so many places up, None where it was not among them.
    """
    (before, after), names = _with_terms([result.before, result.after], language)
    ranks = {row["id"]: rank for rank, row in enumerate(before)}
    for rank, row in enumerate(after):
        row["moved"] = ranks[row["id"]] - rank if row["id"] in ranks else None
    return {
        "id": result.item,
        "name": result.name or result.item,
        "kind": result.kind,
        "known": result.fate == "known",
        "before": before,
        "after": after,
        "terms": names,
        "notes": result.after.remarks,
    }


def _with_terms(
    answers: Sequence[Sequence[Recommendation]], language: Language
) -> tuple[list[list[Json]], list[str]]:
    """Return the rows of answers, and the names of terms whose shares the rows have in order."""
    everything = [item for found in answers for item in found]
    series = term_series(everything, language)
    shares = iter(zip(*(values for _, values in series), strict=True))
    rows = [[_row(item, next(shares, ()), language) for item in found] for found in answers]
    return rows, [name for name, _ in series]


def _row(item: Recommendation, shares: Sequence[float], language: Language) -> Json:
    return {
        "id": item.id,
        "name": item.name or item.id,
        "category": item.category,
        "score": item.score,
        "shares": shares,
        "reasons": item.reasons(language),
        "distance": item.distance(language),
        "location": item.location,
    }


def problem(sentence: str) -> Mapping[str, str]:
    """Return what went wrong, in a sentence."""
    return {"error": sentence}
