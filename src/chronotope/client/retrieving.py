"""The part of the client that retrieves: what answers a text, for one user, with reasons."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Unpack

from chronotope import fusion
from chronotope.client.asked import Item, Items, Recommendations
from chronotope.client.asking import Asking
from chronotope.client.controls import Controls
from chronotope.client.retrieved import Passage, Passages
from chronotope.client.values import (
    Coordinates,
    check_count,
    moment_or_now,
    native,
    point_or_none,
    without_none,
)
from chronotope.errors import InputError

_WIDTHS = (50, 200)  # how many are searched, of which some are not allowed
_FLATTENS = 60  # of ranks that are fused (Cormack et al., 2009)
_FEW = 5
_NOTHING_LEFT = "All that the text finds is what the user has or declined."


class Retrieving(Asking):
    """What finds items for a text that quotes them."""

    def retrieve(
        self,
        text: str,
        *,
        user: str | None = None,
        at: datetime | None = None,
        here: Coordinates | None = None,
        had: bool = True,
        k: int = _FEW,
        **controls: Unpack[Controls],
    ) -> Passages:
        """Find what answers a text, for a user, each with its description and why it is there.

        What `search` finds is scored as `discover` does. A known user's answer is in the order of
        both ranks (reciprocal rank fusion, Cormack et al., 2009), a stranger's in that of the
        search. What the user declined is left out, what they have too unless `had`, and whatever
        the `controls` leave out: see `Controls`.

        Raises InputError for an empty text, for controls that cannot be meant, and for `items`,
        for those are what is found; EncoderError when no text of the graph is embedded.
        """
        check_count(k, _WIDTHS[-1])
        if controls.get("items") is not None:
            raise InputError("items are what a text finds; leave them out, or ask discover.")
        moment = moment_or_now(at)
        known = user is not None and fusion.read_basis(self._migrated, user, moment).known
        interests = controls.get("interests") or ()
        for width in _WIDTHS:
            found = self.search(
                text,
                user=user if known else None,
                here=here,
                within=controls.get("within"),
                interest=interests[0] if len(interests) == 1 else None,
                at=moment,
                k=max(k, width),
            )
            passages, remarks = self._liked(found, user, had=had, controls=controls)
            if len(passages) >= k or len(found) < width:
                break
        request = {"text": text, "here": native(point_or_none(here)), "had": had, "k": k}
        return Passages(
            user=user,
            known=known,
            at=moment,
            request=without_none({**request, **controls}),
            text=found.text or text,
            here=found.here,
            rows=tuple(passages[:k]),
            remarks=tuple(dict.fromkeys((*found.remarks, *remarks))),
        )

    def _liked(
        self, found: Items, user: str | None, *, had: bool, controls: Controls
    ) -> tuple[list[Passage], tuple[str, ...]]:
        """Return what was found and is allowed, the best first, and remarks."""
        given = {"items": [item.id for item in found], "user": user, "at": found.at}
        facts = {row["id"]: row for row in self._migrated.read("search.describe_items", given)}
        left = [
            item
            for item in found
            if not facts[item.id]["declined"] and (had or not facts[item.id]["had"])
        ]
        if not left:
            return [], (_NOTHING_LEFT,) if found else ()
        asked: Controls = {**controls, "items": [item.id for item in left]}
        liked = self.discover(user, at=found.at, here=found.here, k=len(left), **asked)
        return _fused(left, liked, facts), liked.remarks


def _fused(
    found: Sequence[Item], liked: Recommendations, facts: Mapping[str, Mapping[str, Any]]
) -> list[Passage]:
    """Return the items that both rank, the best first: the sum of 1 / (60 + rank)."""
    ranked = {item.id: (rank, item) for rank, item in enumerate(liked, start=1)}
    passages = []
    both = (item for item in found if item.id in ranked)
    for rank, item in enumerate(both, start=1):
        preferred, recommended = ranked[item.id]
        score = 1 / (_FLATTENS + rank) + (1 / (_FLATTENS + preferred) if liked.known else 0.0)
        passages.append(
            Passage(
                id=item.id,
                name=item.name,
                category=item.category,
                location=item.location,
                description=facts[item.id]["description"],
                had=facts[item.id]["had"],
                score=score,
                relevance=item.score,
                preference=recommended.score,
                terms=recommended.terms or (),
                because=recommended.because or (),
            )
        )
    return sorted(passages, key=lambda passage: -passage.score)  # of equals the one found first
