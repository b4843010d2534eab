"""The part of the client that tells why, and what goes on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from neo4j.spatial import WGS84Point

from chronotope import fusion
from chronotope import language as languages
from chronotope.client import explaining
from chronotope.client.asking import Asking
from chronotope.client.mapping import SMALLEST, check_min_users
from chronotope.client.told import Cause, Change, Explanation, Paths, Trend, Trending, Weighed
from chronotope.client.values import (
    DEFAULT_K,
    Coordinates,
    check_choice,
    check_count,
    in_standard_zone,
    moment_or_now,
    native,
    point_or_none,
    without_none,
)
from chronotope.errors import InputError
from chronotope.evaluation import TASKS
from chronotope.graph import Graph

_FEW_WEEKS = 3
_RANKED = 1000  # among so many an item has a rank
_CAUSES = 3


@dataclass(frozen=True)
class _Question:
    """A recommendation query with its values; asked again with others, it is a what-if."""

    graph: Graph
    task: str
    user: str | None
    at: datetime
    here: WGS84Point | None
    only: str | None

    def ask(self, k: int, *, explain: bool = False, **more: Any) -> list[dict[str, Any]]:
        """Return the rows, with all terms where they are to be explained."""
        query = TASKS[self.task].query
        given = {"user": self.user, "at": self.at, "here": self.here}
        shown = {"k": k, "terms": len(query.features), "explain": explain}
        return self.graph.read(query, {**given, **shown, **more})

    def best(self, k: int) -> list[dict[str, Any]]:
        """Return the best `k` of those that may be recommended."""
        return self.ask(k, only=self.only)

    def explain(self, *items: str) -> list[dict[str, Any]]:
        """Return the rows of these items with all their terms, in the order given."""
        rows = self.ask(len(items), items=items, explain=True)
        by_id = {row["id"]: row for row in rows}
        return [by_id[item] for item in items]

    def score(self, item: str) -> float:
        """Return the score of an item, whatever leaves it out."""
        score: float = self.ask(1, items=[item])[0]["score"]
        return score

    def rank(self, item: str, score: float) -> int | None:
        """Return the place of a score among the best, None behind all of them."""
        rows = self.best(_RANKED)
        better = sum(row["score"] > score and row["id"] != item for row in rows)
        return better + 1 if better < _RANKED else None


class Telling(Asking):
    """What says why an item is recommended or not, and what is unusual."""

    def trending(
        self,
        *,
        at: datetime | None = None,
        hours: float = 24,
        here: Coordinates | None = None,
        within: float | None = None,
        place: str | None = None,
        interest: str | None = None,
        only: str | None = None,
        min_users: int = SMALLEST,
        k: int = DEFAULT_K,
    ) -> Trending:
        """Tell which items have more events lately than they have at this time of the week.

        Lately is in the last `hours` before `at`, a week at most. `within` are metres around
        `here`, by default 2000; `place` is the name of a place, for graphs without coordinates.
        `interest` is a name or an id, and narrower ones count; `only` 'places' have a location,
        'goods' have none. What fewer than `min_users` people brought about is not told.

        Raises InputError for a place or an interest that there is not, and for other hours.
        """
        check_count(k)
        check_min_users(min_users)
        if within is not None and here is None:
            raise InputError("'within' needs a place: give 'here'.")
        graph, moment = self._migrated, moment_or_now(at)
        if place is not None:
            explaining.check_place(graph, place)
        narrowed = None if interest is None else languages.find_interest(graph, interest)
        around = point_or_none(here)
        request = {
            "hours": hours, "within": within, "place": place, "only": only, "minUsers": min_users,
            "k": k,
        }  # fmt: skip
        rows = Trend.of_all(
            graph.read(
                "recommend.trending",
                {
                    **request,
                    "at": moment,
                    "here": around,
                    "interest": narrowed["id"] if narrowed else None,
                },
            )
        )
        return Trending(
            at=moment,
            request=without_none({**request, "here": native(around), "interest": interest}),
            rows=rows,
            remarks=_on_trends(rows, hours, min_users),
        )

    def explain(
        self,
        user: str | None,
        item: str,
        *,
        at: datetime | None = None,
        here: Coordinates | None = None,
        task: str = "discover",
        only: str | None = None,
        k: int = DEFAULT_K,
    ) -> Explanation:
        """Explain why an item, by its id, is recommended to a user, or why it is not.

        `task` is 'discover', 'next' or 'new_items'; `only` and `k` are as `recommend` has them.
        Whatever leaves the item out, it is scored as if nothing did. What would change it is told
        by asking the same query with another hour, place or moment: some thirty requests.

        Raises InputError for an item or a task that there is not.
        """
        check_choice(task, TASKS, "task")
        check_count(k)
        graph = self._migrated
        basis = fusion.read_basis(graph, user, moment_or_now(at))
        known = graph.read("explain.describe_item", {"user": user, "item": item, "at": basis.at})
        if not known:
            raise explaining.no_item(graph, item)
        facts = known[0]
        question = _Question(
            graph, task, user, _local(basis.at, facts["zone"]), point_or_none(here), only
        )
        model = fusion.check_model(graph, task)
        best = question.best(k)
        ids = [row["id"] for row in best]
        other = next((id_ for id_ in reversed(ids) if id_ != item), None)
        row, *rest = question.explain(item, *([other] if other else []))
        recommended = item in ids
        score = row["score"]
        last = rest[0] if rest else None
        excluded = [*_exclusions(facts, task, only)]
        would_be = not recommended and (len(ids) < k or (last and score > last["score"]))
        if would_be and not any(fact["excludes"] for fact in excluded):
            excluded.append({"reason": "notFound", "excludes": True})
        by_hour = tuple(replace(question, at=hour).score(item) for hour in _hours(question.at))
        rank = ids.index(item) + 1 if recommended else question.rank(item, score)
        return Explanation(
            user=basis.user,
            known=basis.known,
            id=item,
            name=facts["name"],
            category=facts["category"],
            location=native(facts["location"]),
            task=task,
            at=question.at,
            here=native(question.here),
            as_of=in_standard_zone(basis.as_of),
            partial=basis.partial,
            model=row["model"],
            k=k,
            rank=rank,
            recommended=recommended,
            score=score,
            base=row["base"],
            terms=_weighed(row["terms"], model),
            because=native(row["because"]),
            last={name: last[name] for name in ("id", "name", "score")} if last else None,
            apart=_apart(row["terms"], last["terms"]) if last else (),
            exclusions=native(excluded),
            paths=_paths(question, item),
            by_hour=by_hour,
            changes=tuple(_changes(question, item, facts, by_hour)),
            remarks=basis.on_recommendations,
        )


def _on_trends(rows: tuple[Trend, ...], hours: float, min_users: int) -> tuple[str, ...]:
    if not rows:
        nothing = (
            f"Nothing had many more events in the last {hours:g} hours, by {min_users} people or "
            "more, than at that time of the week before."
        )
        return (nothing,)
    if (weeks := rows[0].weeks) < _FEW_WEEKS:
        known = {0: "no earlier week", 1: "one earlier week"}.get(weeks, f"{weeks} earlier weeks")
        return (f"What is usual is told by {known} alone, and by the mean of all items.",)
    return ()


def _local(at: datetime, zone: str | None) -> datetime:
    """Return a moment in a zone as Neo4j writes it: a name, or an offset."""
    if zone is None:
        return at
    named: tzinfo | None
    if zone[0] in "+-Z":
        named = datetime.fromisoformat(f"2000-01-01T00:00:00{zone}").tzinfo
    else:
        named = ZoneInfo(zone)
    return at.astimezone(named)


def _hours(at: datetime) -> list[datetime]:
    """Return the moment at all hours of its day."""
    return [at.replace(hour=hour, fold=0) for hour in range(24)]


def _exclusions(facts: Mapping[str, Any], task: str, only: str | None) -> Iterator[dict[str, Any]]:
    """Tell what leaves an item out, and what counts against it."""
    goods = facts["location"] is None
    if not facts["active"]:
        yield {"reason": "inactive", "excludes": True}
    if only is not None and (only == "goods") is not goods:
        yield {"reason": "kind", "excludes": True}
    if facts["had"] and task == "discover":
        events = facts["events"]
        yield {
            "reason": "had",
            "excludes": True,
            "count": sum(event["count"] for event in events),
            "kind": events[0]["kind"],
            "at": max(event["last"] for event in events),
        }
    if facts["visited"] and task == "new_items":
        yield {"reason": "visited", "excludes": True}
    if facts["declined"] is not None:
        yield {"reason": "declined", "excludes": True, "at": facts["declined"]}
    for interest in facts["declinedInterests"]:
        yield {"reason": "declinedInterest", "excludes": True, **interest}
    if shown := facts["shown"]:
        yield {"reason": "shown", "excludes": False, "count": len(shown), "at": max(shown)}


def _weighed(terms: Sequence[Mapping[str, Any]], model: fusion.Model) -> tuple[Weighed, ...]:
    """Return terms with their weights: the share of a feature less its mean, in its scale."""
    means, scales, _ = model.numbers_of([term["feature"] for term in terms])
    return tuple(
        Weighed(**term, weight=_ratio(term["share"], term["value"], float(mean), float(scale)))
        for term, mean, scale in zip(terms, means, scales, strict=True)
    )


def _ratio(share: float, value: float | None, mean: float, scale: float) -> float | None:
    if value is None or value == mean:
        return None
    return share * scale / (value - mean)


def _apart(
    terms: Sequence[Mapping[str, Any]], others: Sequence[Mapping[str, Any]]
) -> tuple[Cause, ...]:
    """Return the causes of the distance: the largest on the side of the item that stands behind."""
    shares = {term["feature"]: term["share"] for term in others}
    causes = [
        Cause(
            feature=term["feature"],
            share=term["share"],
            last=shares[term["feature"]],
            difference=term["share"] - shares[term["feature"]],
        )
        for term in terms
    ]
    side = 1 if sum(cause.difference for cause in causes) < 0 else -1
    return tuple(sorted(causes, key=lambda cause: side * cause.difference)[:_CAUSES])


def _paths(question: _Question, item: str) -> Paths:
    def trace(name: str, **more: Any) -> tuple[Any, ...]:
        given = {"user": question.user, "item": item, "at": question.at, **more}
        return tuple(native(row) for row in question.graph.read(f"explain.trace_{name}", given))

    return Paths(
        co_visits=trace("co_visits"),
        similar=next(iter(trace("similar_users")), None),
        distances=trace("distances", here=question.here),
        interests=trace("interests"),
        hours=trace("hours")[0],
    )


def _changes(
    question: _Question, item: str, facts: Mapping[str, Any], by_hour: Sequence[float]
) -> Iterator[Change]:
    """Ask the same again: at the best hour of the day, there, and before the last event."""
    best = max(range(24), key=lambda hour: by_hour[hour])
    asked = [("hour", replace(question, at=_hours(question.at)[best]), None)]
    if facts["location"] is not None:
        asked.append(("here", replace(question, here=facts["location"]), None))
    if (event := facts["last"]) is not None:
        before = _local(native(event["at"]), facts["zone"])
        asked.append(("withoutLast", replace(question, at=before), native(event)))
    for what, other, left_out in asked:
        score = other.score(item)
        yield Change(
            what=what,
            at=other.at,
            here=native(other.here),
            score=score,
            rank=other.rank(item, score),
            event=left_out,
        )
