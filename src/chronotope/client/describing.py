"""The part of the client that describes users: what they like, when and where."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from chronotope import fusion
from chronotope import language as languages
from chronotope.analysis import audience as audiences
from chronotope.analysis import society as societies
from chronotope.client import explaining
from chronotope.client.asked import (
    Audience,
    Member,
    Overlap,
    Place,
    Profile,
    Profiles,
    Tag,
    Tags,
)
from chronotope.client.core import Core
from chronotope.client.values import (
    DEFAULT_K,
    Coordinates,
    check_choice,
    check_count,
    check_hours,
    check_text,
    in_standard_zone,
    moment_or_now,
    native,
    point_or_none,
    without_none,
)
from chronotope.errors import EncoderError, InputError
from chronotope.language import Language
from chronotope.language import profile as profiles
from chronotope.progress import Progress, silent

_SCHEMES = ("category", "keyword")
_A_WEEK = 7.0
_WHOLE = 1.0001  # of all events, as shares add up
_OVERLAPPING = (
    "Weights add up to more than 100 %: each is a share of the events, and an event counts for "
    "every tag of its item."
)


class Describing(Core):
    """What tells of users, one by one and together."""

    def tags(
        self,
        user: str,
        *,
        at: datetime | None = None,
        scheme: str | None = None,
        k: int = DEFAULT_K,
    ) -> Tags:
        """Tell a user's interests as tags: weight, trend, hours, places, and the events behind.

        `scheme` is 'category' or 'keyword', by default both. Raises InputError for a user that
        there is not.
        """
        check_choice(scheme, _SCHEMES, "scheme")
        request = {"scheme": scheme, "k": check_count(k)}
        basis = self._known(user, at)
        rows = self._migrated.read("profile.tags", {"user": user, "at": basis.at, **request})
        remarks = basis.on_user
        if basis.events and not rows:
            remarks = (explaining.no_tags(self._migrated, user, basis.at, scheme),)
        elif sum(row["weight"] for row in rows) > _WHOLE:
            remarks = (_OVERLAPPING,)
        return Tags(
            user=user,
            known=basis.known,
            at=basis.at,
            as_of=in_standard_zone(basis.as_of),
            partial=basis.partial,
            request=without_none(request),
            rows=Tag.of_all(rows),
            remarks=remarks,
        )

    def profile(
        self,
        user: str,
        *,
        at: datetime | None = None,
        language: str | None = None,
        terms: bool = False,
        vectors: bool = False,
    ) -> Profile:
        """Write what a user is interested in as text, and embed it.

        It is kept in the graph, with its vector, unless `at` asks for another moment. `language` is
        'en' or 'zh', by default the one that the user's places are named in. `terms` adds the
        strongest terms of recommendations, `vectors` those that the user's events fold into.
        Raises InputError for a user that there is not.
        """
        wanted = languages.parse_language(language) if language is not None else None
        graph, basis = self._migrated, self._known(user, at)
        facts = profiles.read_facts(graph, user, basis.at)
        chosen = wanted or profiles.language_of(facts)
        remarks: tuple[str, ...] = ()
        if at is None and facts.tags:
            remarks = self._write_profiles([user], basis.at, chosen)
        elif basis.events and not facts.tags:
            remarks = (explaining.no_tags(graph, user, basis.at),)
        given = {"user": user, "at": basis.at}
        folded = graph.read("profile.vectors", given)[0] if vectors else {}
        return Profile(
            user=user,
            known=basis.known,
            at=basis.at,
            language=chosen,
            text=profiles.describe(facts, chosen),
            tags=Tag.of_all(facts.tags),
            rhythm=Place.of_all(facts.rhythm),
            terms=fusion.mean_terms(graph, user, basis.at) if terms else None,
            taste=native(folded.get("taste")),
            meaning=native(folded.get("meaning")),
            embedding=native(folded.get("embedding")),
            remarks=(*basis.on_user, *remarks),
        )

    def write_profiles(
        self,
        *,
        at: datetime | None = None,
        language: str | None = None,
        progress: Progress = silent,
    ) -> Profiles:
        """Write the profiles of all users who have events, and embed those that changed."""
        wanted = languages.parse_language(language) if language is not None else None
        graph, at = self._migrated, moment_or_now(at)
        users = [row["id"] for row in graph.read("profile.list_users", {"at": at})]
        remarks = self._write_profiles(users, at, wanted, progress)
        return Profiles(profiles=len(users), remarks=remarks)

    def audience(
        self,
        text: str | None = None,
        *,
        interests: Iterable[str] = (),
        near: Coordinates | None = None,
        within: float = 1000.0,
        hours: Iterable[int] | None = None,
        at: datetime | None = None,
        days: float = 90.0,
        min_score: float = 0.05,
        min_size: int = audiences.SMALLEST,
        overlap: str | None = None,
        community: str | None = None,
        k: int = DEFAULT_K,
    ) -> Audience:
        """Find users whose recent interests fit a text, or interests by name or id.

        A user's score is the share of what they did lately that fits, at one of `hours` and
        `within` metres around `near` where these are given; an event counts e^(-age / `days`). Of a
        group of fewer than `min_size` users nothing is told: no user, no number. `overlap` is the
        text of another audience to compare with. So many users are `expected` to do what fits
        within a week, if they go on as they did. `community` is the id of one that was written
        (`communities`): only its members are found.

        Raises InputError for a text that means no interest, and for an unknown interest or
        community.
        """
        check_text(overlap, "overlap")
        moment = moment_or_now(at)
        criteria = self._criteria(moment, near, within, hours, days, min_score, min_size, community)
        fitting, remarks = self._fitting(text, interests)
        rows = audiences.find(self._migrated, fitting, criteria)
        expected = None
        if rows:
            users = [row["id"] for row in rows]
            expected = audiences.expect(self._migrated, fitting, criteria, users, _A_WEEK)
        asked = asked_of(text, interests, criteria)
        return Audience(
            at=criteria.at,
            request={**asked, **without_none({"overlap": overlap}), "k": check_count(k, most=None)},
            interests=named(fitting),
            min_size=min_size,
            size=len(rows) or None,
            reach=audiences.reach([row["score"] for row in rows], min_size),
            expected=expected,
            overlap=self._overlap(overlap, rows, criteria) if overlap is not None else None,
            rows=Member.of_all(rows[:k]),
            remarks=remarks,
        )

    def _known(self, user: str, at: datetime | None) -> fusion.Basis:
        """Read what is known of a user; raise InputError for one that there is not."""
        basis = fusion.read_basis(self._migrated, user, moment_or_now(at))
        if not basis.known:
            raise explaining.no_user(self._migrated, user)
        return basis

    def _write_profiles(
        self,
        users: Sequence[str],
        at: datetime,
        language: Language | None,
        progress: Progress = silent,
    ) -> tuple[str, ...]:
        """Write profiles and embed them; without an encoder they are texts, which is remarked."""
        encoder: languages.Encoder | None = None
        remarks: tuple[str, ...] = ()
        try:
            encoder, _ = self._open_encoder()
        except EncoderError as problem:
            remarks = (f"Profiles are not embedded. {problem}",)
        profiles.write_profiles(self._migrated, users, at, encoder, language, progress)
        return remarks

    def _criteria(
        self,
        at: datetime,
        near: Coordinates | None,
        within: float,
        hours: Iterable[int] | None,
        days: float,
        min_score: float,
        min_size: int,
        community: str | None,
    ) -> audiences.Criteria:
        """Return what makes a user one of an audience, once it is known that it can be used."""
        criteria = audiences.Criteria(
            at=at,
            near=point_or_none(near, "near"),
            within=within,
            hours=None if hours is None else check_hours(hours),
            days=days,
            min_score=min_score,
            min_size=min_size,
            community=community,
        )
        if community is not None:
            societies.check_community(self._migrated, community)
        return criteria

    def _fitting(
        self, text: str | None, interests: Iterable[str]
    ) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
        """Return the interests that a text means, or that are named, and remarks."""
        names = _names(interests)
        if (text is None) is not bool(names):
            raise InputError("Say whom to find: by a text, or by interests.")
        check_text(text, "text")
        if text is not None:
            return self._meant(text)
        return [languages.find_interest(self._migrated, name) for name in names], ()

    def _meant(self, text: str) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
        vector, remarks = self._encode(text)
        return audiences.meant(self._migrated, text, vector), remarks

    def _overlap(
        self, text: str, rows: Sequence[Mapping[str, Any]], criteria: audiences.Criteria
    ) -> Overlap:
        interests, _ = self._meant(text)
        others = audiences.find(self._migrated, interests, criteria)
        users, other_users = {row["id"] for row in rows}, {row["id"] for row in others}
        compared = audiences.compare(users, other_users, criteria.min_size)
        return Overlap(interests=named(interests), **asdict(compared))


def asked_of(
    text: str | None, interests: Iterable[str], criteria: audiences.Criteria
) -> dict[str, Any]:
    """Return what an audience was asked by, without what was left open."""
    return without_none(
        {
            "text": text,
            "interests": _names(interests) or None,
            "near": native(criteria.near),
            "within": criteria.within if criteria.near else None,
            "hours": criteria.hours,
            "days": criteria.days,
            "minScore": criteria.min_score,
            "community": criteria.community,
        }
    )


def _names(interests: Iterable[str]) -> tuple[str, ...]:
    return (interests,) if isinstance(interests, str) else tuple(interests)


def named(interests: Iterable[Mapping[str, Any]]) -> tuple[dict[str, str], ...]:
    """Return what results tell of interests."""
    return tuple({"id": row["id"], "name": row["name"]} for row in interests)
