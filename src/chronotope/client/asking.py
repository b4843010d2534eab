"""The part of the client that asks: recommendations, searches, users and audiences."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Unpack

from chronotope import fusion, statistics
from chronotope import language as languages
from chronotope.client import explaining
from chronotope.client.asked import Item, Items, Recommendation, Recommendations, Sentences
from chronotope.client.controls import Controls, check_controls, parameters
from chronotope.client.describing import Describing
from chronotope.client.values import (
    DEFAULT_K,
    Coordinates,
    check_choice,
    check_count,
    check_text,
    in_standard_zone,
    moment_or_now,
    native,
    point_or_none,
    without_none,
)
from chronotope.errors import InputError
from chronotope.evaluation import TASKS
from chronotope.language import profile as profiles
from chronotope.loading import TEXT_INDEX, VECTOR_INDEXES

_STRONGEST = 12  # terms of a recommendation


class Asking(Describing):
    """What reads the graph and answers.

    In all methods `at` is the moment, an aware datetime, by default now: events at or after it do
    not count. `here` is (latitude, longitude), and `k` is how many.
    """

    def recommend(
        self,
        user: str | None = None,
        *,
        at: datetime | None = None,
        here: Coordinates | None = None,
        k: int = DEFAULT_K,
        terms: int = _STRONGEST,
        explain: bool = True,
        model: str | None = None,
        **controls: Unpack[Controls],
    ) -> Recommendations:
        """Recommend where a user goes next, from `here` or else from their last place.

        A `user` of None is a stranger, like one whom the graph does not have. What is allowed, and
        how much an answer may repeat itself, is said by `controls`: see `Controls`. Each item comes
        with its strongest `terms` and the facts behind, without `explain` with its score alone.
        `model` is the name of a fusion model, by default the one in use.

        Raises InputError for controls that cannot be meant, for an interest that there is not, and
        for a model that is not there or that cannot score what the query computes.
        """
        given = {"here": here, "k": k, "terms": terms, "explain": explain}
        return self._recommend("next", user, at, model, given, controls)

    def suggest(
        self,
        user: str | None = None,
        *,
        at: datetime | None = None,
        here: Coordinates | None = None,
        k: int = DEFAULT_K,
        terms: int = _STRONGEST,
        explain: bool = True,
        model: str | None = None,
        **controls: Unpack[Controls],
    ) -> Recommendations:
        """Recommend by the question that fits the data: `recommend`, or else `discover`.

        Where hardly anybody returns to an item (films, books), what a user had is no answer: of all
        events that could return to one, fewer than one in twenty do, as `derive` found. Then only
        what is new is asked for; a remark says so, and `request["task"]` always tells which it was.
        Where that is not known, and of a `model`, it is `recommend`, as is all else.
        """
        share = None if model is not None else statistics.repeat_share(self._migrated)
        if share is None or share >= statistics.SOME_REPEATS:
            return self.recommend(
                user, at=at, here=here, k=k, terms=terms, explain=explain, model=model, **controls
            )
        found = self.discover(user, at=at, here=here, k=k, terms=terms, explain=explain, **controls)
        return replace(found, remarks=(explaining.asked_for_new(share), *found.remarks))

    def discover(
        self,
        user: str | None = None,
        *,
        at: datetime | None = None,
        here: Coordinates | None = None,
        place: str | None = None,
        likes: str | None = None,
        k: int = DEFAULT_K,
        terms: int = _STRONGEST,
        explain: bool = True,
        model: str | None = None,
        **controls: Unpack[Controls],
    ) -> Recommendations:
        """Recommend what is new to a user and what they may like.

        `place` is the name of the place where the user is, for graphs without coordinates. `likes`
        is what a stranger likes, in words: 'jazz and ramen'; it counts where the user's own items
        have no texts. All else is as `recommend` has it. Raises InputError for a place that there
        is not, too, and EncoderError when no text of the graph is embedded.
        """
        given = {"here": here, "k": k, "terms": terms, "explain": explain, "place": place}
        return self._recommend("discover", user, at, model, {**given, "likes": likes}, controls)

    def new_items(
        self,
        user: str | None = None,
        *,
        at: datetime | None = None,
        here: Coordinates | None = None,
        likes: str | None = None,
        k: int = DEFAULT_K,
        terms: int = _STRONGEST,
        explain: bool = True,
        model: str | None = None,
        **controls: Unpack[Controls],
    ) -> Recommendations:
        """Recommend items that nobody has been at yet; all is as `discover` has it."""
        given = {"here": here, "k": k, "terms": terms, "explain": explain, "likes": likes}
        return self._recommend("new_items", user, at, model, given, controls)

    def warm(self) -> None:
        """Have the database plan the recommendation queries, as they are asked without options.

        That takes a second or two each, once: afterwards the first user need not wait for it.
        Nobody is asked for. Raises what `recommend` raises.
        """
        for ask in (self.recommend, self.discover, self.new_items):
            ask("")

    def sentences(
        self,
        recommendations: Recommendations,
        *,
        language: str | None = None,
        writer: str | None = None,
    ) -> Sentences:
        """Say recommendations in two sentences.

        `language` is 'en' or 'zh', by default the one that the user's places are named in. A
        `writer`, the directory or hub id of a causal model or an endpoint like
        http://localhost:8080/v1#model, may word them; what it says counts only if it names nothing
        but the facts. Raises EncoderError when it cannot be loaded.
        """
        facts = profiles.read_facts(self._migrated, recommendations.user or "", recommendations.at)
        chosen = languages.parse_language(language) if language else profiles.language_of(facts)
        text, remarks = languages.sentences(facts, recommendations, chosen, writer)
        return Sentences(language=chosen, text=text, remarks=remarks)

    def search(
        self,
        text: str | None = None,
        *,
        vector: Sequence[float] | None = None,
        index: str | None = None,
        user: str | None = None,
        here: Coordinates | None = None,
        within: float | None = None,
        interest: str | None = None,
        active: bool = True,
        at: datetime | None = None,
        k: int = DEFAULT_K,
    ) -> Items:
        """Find items by the meaning and the words of a text, in any language.

        What the text says of time (a weekday morning) and place (near Bryant Park) is understood,
        in English and Chinese. A `user`'s leanings count. `within` are metres around `here`, else
        around the place of the text; `interest` is a name or an id, and narrower ones count; with
        `active` False inactive items are found too. With a `vector` in place of the text items are
        found by that alone, in the `index` it belongs to, by default that of texts.

        Raises InputError for an empty text, and for a place, an interest or a user that there is
        not, and EncoderError when no text of the graph is embedded.
        """
        if (text is None) is (vector is None):
            raise InputError("Search for a text or with a vector: give one of them.")
        if index is not None and vector is None:
            raise InputError("An index is where a vector is searched; give a vector too.")
        check_text(text, "text")
        filters = {"user": user, "here": here, "within": within, "interest": interest}
        if vector is not None and (given := without_none(filters)):
            raise InputError(f"A vector is searched alone; leave {' and '.join(given)} out.")
        request = {"within": within, "interest": interest, "active": active, "k": check_count(k)}
        at = moment_or_now(at)
        if vector is not None:
            return self._search_vector(vector, TEXT_INDEX if index is None else index, at, k)
        graph = self._migrated
        search = languages.understand(graph, text or "", point_or_none(here), within)
        narrowed = None if interest is None else languages.find_interest(graph, interest)
        basis = None if user is None else self._known(user, at)
        meaning, remarks = self._encode(search.question.text)
        hours, weekdays = search.question.hours, search.question.weekdays
        rows = graph.read(
            "search.find_items",
            {
                "vector": meaning,
                "words": search.words,
                "user": user,
                "here": search.here,
                "within": within,
                "interest": narrowed["id"] if narrowed else None,
                "active": active,
                "hours": hours,
                "weekdays": weekdays,
                "at": at,
                "k": k,
            },
        )
        return Items(
            user=user,
            known=basis.known if basis else None,
            at=at,
            request=without_none({"text": text, **request}),
            text=search.question.text,
            here=native(search.here),
            hours=tuple(hours) if hours else None,
            weekdays=tuple(weekdays) if weekdays else None,
            rows=Item.of_all(rows),
            remarks=(
                *search.remarks,
                *(basis.on_user if basis else ()),
                *(() if rows else (explaining.nothing_found(filters),)),
                *remarks,
            ),
        )

    def _search_vector(self, vector: Sequence[float], index: str, at: datetime, k: int) -> Items:
        check_choice(index, VECTOR_INDEXES, "index")
        given = {"vector": languages.check_vector(vector), "index": index, "k": k}
        rows = self._migrated.read("search.find_by_vector", given)
        request = {"index": index, "k": k}
        return Items(user=None, known=None, at=at, request=request, rows=Item.of_all(rows))

    def _recommend(
        self,
        task: str,
        user: str | None,
        at: datetime | None,
        model: str | None,
        given: Mapping[str, Any],
        controls: Controls,
    ) -> Recommendations:
        check_controls(controls, given["here"])
        check_count(given["k"])
        graph, query = self._migrated, TASKS[task].query
        if given.get("place") is not None:
            explaining.check_place(graph, given["place"])
        basis = fusion.read_basis(graph, user, moment_or_now(at))
        values = {**given, **parameters(graph, controls), "model": model}
        values["here"] = point_or_none(given["here"])
        likes = values.pop("likes", None)
        remarks = (*basis.on_recommendations, *explaining.unknown_items(graph, controls))
        if likes is not None:
            check_text(likes, "likes")
            values["meaning"], unembedded = self._encode(likes)
            remarks = (*remarks, *unembedded)
            if basis.events:
                remarks = (*remarks, explaining.own_meaning(basis.user))
        try:
            rows = graph.read(query, {"user": user, "at": basis.at, **values})
        except InputError:
            fusion.check_model(graph, task, model)  # says what to do, where it is the model
            raise
        if rows:
            scoring = rows[0]["model"]
        else:
            scoring = fusion.check_model(graph, task, model).name
            why = explaining.no_recommendation(graph, task, user, basis.at, controls)
            remarks = (*remarks, why)
        request = {"task": task, **given, **controls, "here": native(values["here"])}
        return Recommendations(
            user=user,
            known=basis.known,
            at=basis.at,
            as_of=in_standard_zone(basis.as_of),
            partial=basis.partial,
            model=scoring,
            learned_from=fusion.origin(graph, scoring),
            request=without_none(request),
            rows=tuple(Recommendation.of_row(row, query.feature_names) for row in rows),
            remarks=remarks,
        )
