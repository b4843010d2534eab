"""What is allowed to be recommended, and how much it may repeat itself: keywords and parameters."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypedDict

from chronotope import language as languages
from chronotope.client.values import check_choice
from chronotope.errors import InputError
from chronotope.graph import Graph

_ONLY = ("places", "goods")
_LISTS = ("items", "exclude", "interests", "not_interests", "session")


class Controls(TypedDict, total=False):
    """What is allowed; all that is left out, or None, allows everything.

    None of it changes the score of an item, but `session`, which tells what the visitor did last.
    """

    only: str | None
    """'places' with a location, 'goods' without."""
    items: Sequence[str] | None
    """Rank exactly these items, also known, declined and inactive ones."""
    exclude: Sequence[str] | None
    """Items that are not to be recommended."""
    interests: Sequence[str] | None
    """Only items about one of these, or about what is narrower; names or ids."""
    not_interests: Sequence[str] | None
    """No items about these, or about what is narrower; names or ids."""
    within: float | None
    """Only items at most so many metres from `here`."""
    unseen_for: timedelta | None
    """Nothing that was shown to the user in the span before `at`."""
    where: Mapping[str, Any] | None
    """What properties have to be: a value, one of a list, or {'min': …, 'max': …}."""
    session: Sequence[str] | None
    """Items as the user's latest events, the last one the latest."""
    diversity: float | None
    """From 0 to 1: how much it counts against an item that it repeats those above it."""
    per_category: int | None
    """At most so many items of one category."""


def check_controls(controls: Controls, here: Any) -> None:
    """Raise InputError, which says what is wrong, for controls that cannot be meant."""
    unknown = controls.keys() - Controls.__annotations__.keys()
    if unknown:
        raise TypeError(f"There is no keyword '{min(unknown)}'.")
    check_choice(controls.get("only"), _ONLY, "only")
    for name in _LISTS:
        value: Any = controls.get(name)
        is_list = isinstance(value, Collection) and not isinstance(value, str)
        if value is not None and not (is_list and all(isinstance(one, str) for one in value)):
            raise InputError(f"{name} is a list of texts, like ['a', 'b'], not {value!r}.")
    within, diversity = controls.get("within"), controls.get("diversity")
    if within is not None and here is None:
        raise InputError("within is a distance from here: give here, too.")
    if within is not None and not (_is_number(within) and 0 < within < float("inf")):
        raise InputError(f"within is a number of metres above 0, not {within!r}.")
    if diversity is not None and not (_is_number(diversity) and 0 <= diversity <= 1):
        raise InputError(f"diversity is a number from 0 to 1, not {diversity!r}.")
    count = controls.get("per_category")
    if count is not None and (isinstance(count, bool) or not isinstance(count, int) or count < 1):
        raise InputError(f"per_category is a number from 1 on, not {count!r}.")
    span = controls.get("unseen_for")
    if span is not None and not (isinstance(span, timedelta) and span > timedelta(0)):
        raise InputError(f"unseen_for is a timedelta above 0, not {span!r}.")
    _check_where(controls.get("where"))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _check_where(where: Any) -> None:
    if where is None:
        return
    if not isinstance(where, Mapping):
        raise InputError(f"where is a mapping, like {{'price': {{'max': 50}}}}, not {where!r}.")
    for name, wanted in where.items():
        if isinstance(wanted, Mapping) and (not wanted or wanted.keys() - {"min", "max"}):
            raise InputError(f"where: '{name}' is bounded by min and max, not by {dict(wanted)!r}.")


def parameters(graph: Graph, controls: Controls) -> dict[str, Any]:
    """Return the parameters of the queries; raise InputError for an interest that there is not."""

    def ids(names: Sequence[str] | None) -> list[str] | None:
        if names is None:
            return None
        return [languages.find_interest(graph, name)["id"] for name in names]

    def listed(names: Sequence[str] | None) -> list[str] | None:
        return None if names is None else list(names)

    return {
        "only": controls.get("only"),
        "items": listed(controls.get("items")),
        "exclude": listed(controls.get("exclude")),
        "interests": ids(controls.get("interests")),
        "notInterests": ids(controls.get("not_interests")),
        "within": controls.get("within"),
        "unseenFor": controls.get("unseen_for"),
        "where": controls.get("where"),
        "session": listed(controls.get("session")),
        "diversity": controls.get("diversity"),
        "perCategory": controls.get("per_category"),
    }
