"""Results of retrieving: items as passages of a text, each with why it is there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chronotope.client.asked import Term
from chronotope.client.results import Result, Rows
from chronotope.client.values import Location
from chronotope.language import Language, distance_words, reasons


@dataclass(frozen=True, kw_only=True)
class Passage(Result):
    """An item that answers a text, and why it is one for the user.

    `score` is that of its rank; `relevance` is the score of the search, `preference` that of the
    recommendation, whose strongest `terms` and facts (`because`) explain it. `had` tells whether
    the user has the item.
    """

    id: str
    name: str | None
    category: str | None
    location: Location | None
    description: str | None
    had: bool
    score: float
    relevance: float
    preference: float
    terms: tuple[Term, ...]
    because: tuple[Mapping[str, Any], ...]

    def reasons(self, language: Language = "en", count: int = 3) -> list[str]:
        """Return the strongest reasons in words, English or Chinese (zh)."""
        shares = {term.feature: term.share for term in self.terms}
        return reasons(shares, self.because, count, language, goods=self.location is None)

    def distance(self, language: Language = "en") -> str:
        """Return how far it is from here, else from the nearest own place; empty if unknown."""
        return distance_words(self.because, language)

    def content(self, language: Language = "en") -> str:
        """Return it as a text that a language model can quote: name, category, text, reasons."""
        category = f" ({self.category})" if self.category else ""
        return "\n".join(
            filter(
                None,
                [
                    f"{self.name or self.id}{category}",
                    self.description,
                    "; ".join(self.reasons(language)),
                ],
            )
        )


@dataclass(frozen=True, kw_only=True)
class Passages(Rows[Passage]):
    """What answers a text for a user, the best first.

    `text` and `here` are as the search understood them. `known` tells whether the graph has the
    user: for a stranger the order is that of the search.
    """

    name = "passages"
    user: str | None
    known: bool
    at: datetime
    request: Mapping[str, Any]
    text: str
    here: Location | None = None
