"""Say recommendations in two sentences: for whom, at which moment, and why."""

from collections.abc import Sequence
from typing import Protocol

from chronotope.language import profile
from chronotope.language.profile import Language
from chronotope.language.reasons import moment_words
from chronotope.language.writer import SentenceFacts, open_writer, recommendation_text

_TAGS = 5  # that a writer is told of
_ITEMS = 3
_COMMA: dict[Language, str] = {"en": ", ", "zh": "，"}


class Recommended(Protocol):
    """An item that can say why it is recommended."""

    @property
    def id(self) -> str:
        """The item's id, which stands for it where it has no name."""

    @property
    def name(self) -> str | None:
        """How it is called."""

    @property
    def category(self) -> str | None:
        """What it is."""

    def reasons(self, language: Language) -> Sequence[str]:
        """Return the strongest reasons in words."""


def sentences(
    facts: profile.ProfileFacts,
    items: Sequence[Recommended],
    language: Language | None = None,
    writer: str | None = None,
) -> tuple[str, tuple[str, ...]]:
    """Return the sentences, and remarks on them.

    `language` is by default the one that the user's places are named in. A `writer` is a causal
    model, as `open_writer` takes it; its words count only if they keep to the facts.
    """
    chosen = language or profile.language_of(facts)
    zone = facts.rhythm[0]["last"].to_native().tzinfo if facts.rhythm else None
    material = SentenceFacts(
        moment_words(facts.at.astimezone(zone) if zone else facts.at, chosen),
        [tag["name"] for tag in facts.tags[:_TAGS]],
        [
            (item.name or item.id, item.category or "", _COMMA[chosen].join(item.reasons(chosen)))
            for item in items[:_ITEMS]
        ],
    )
    text, invented = recommendation_text(material, chosen, open_writer(writer) if writer else None)
    if not invented:
        return text, ()
    names = ", ".join(invented)
    return text, (
        f"The writer named what is not among the facts ({names}); these are the template's words.",
    )
