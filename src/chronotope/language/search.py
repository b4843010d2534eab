"""Understand a search: the place and the interest that it names, and what its text means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from neo4j.spatial import WGS84Point

from chronotope.errors import InputError
from chronotope.graph import Graph
from chronotope.language.question import Question, lucene, parse
from chronotope.suggestions import did_you_mean


@dataclass(frozen=True)
class Search:
    """What a text asks for, and around where; `remarks` tell how its place was understood."""

    question: Question
    here: WGS84Point | None
    remarks: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The words that are searched, as a Lucene query."""
        return lucene(self.question.text)


def understand(
    graph: Graph, text: str, here: WGS84Point | None = None, within: float | None = None
) -> Search:
    """Take hours, weekdays and a place out of a text, and look the place up in the graph.

    `here` wins over what the text says. A place that nobody knows is searched as a word; with
    `within` that is an InputError, and so is `within` without any place.
    """
    question = parse(text)
    if here is not None or question.near is None:
        if here is None and within is not None:
            raise InputError("'within' needs a place: give 'here', or write 'near …' in the text.")
        return Search(question, here)
    given = {"words": lucene(question.near), "name": question.near}
    places = graph.read("search.find_place", given) if given["words"] else []
    if places:
        return Search(question, places[0]["location"], (f"Near {places[0]['name']}.",))
    unknown = f"No place is called '{question.near}'"
    if within is not None:
        raise InputError(f"{unknown}; say where with 'here'.")
    whole = replace(question, text=text, near=None)
    return Search(whole, None, (f"{unknown}; it is searched as a word.",))


def find_interest(graph: Graph, name: str) -> dict[str, Any]:
    """Return the id, name and scheme of an interest by its name or id.

    Of several that bear the name it is the one with the most events; `others` are the ids of the
    others, which `namesakes` says in words. Raises InputError, with the names that are like it, for
    one that there is not.
    """
    interests = graph.read("search.find_interest", {"interest": name})
    if not interests:
        known = [row["name"] for row in graph.read("embed.read_interests")]
        raise InputError(f"There is no interest '{name}'.{did_you_mean(name, known)}")
    found, *others = interests
    return {**found, "others": [other["id"] for other in others]}


def namesakes(interest: Mapping[str, Any] | None) -> list[str]:
    """Say which interest was taken where several bear the name, and which others there are."""
    if not (interest and interest["others"]):
        return []
    others = ", ".join(interest["others"])
    said = (
        f"Several interests are called '{interest['name']}': {interest['id']} is meant, which has "
        f"the most events; others are {others}."
    )
    return [said]


def check_vector(vector: Sequence[float]) -> list[float]:
    """Return a vector to search with; raise InputError unless its numbers are finite, not all 0."""
    import numpy as np

    try:
        numbers = np.asarray(vector, np.float64).squeeze()
    except (TypeError, ValueError):
        numbers = np.zeros(0)
    if numbers.ndim != 1 or not np.isfinite(numbers).all() or not numbers.any():
        raise InputError(
            "What is searched with is no vector of finite numbers, not all of them zero."
        )
    values: list[float] = numbers.tolist()
    return values
