"""What a person types into a search box: what they mean, and the when and where they say. Pure.

English and Chinese words of time are understood; what is said of time and place is taken out of the
text whose meaning is searched, because vectors of texts blur it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_WEEKDAYS, _WEEKEND = (1, 2, 3, 4, 5), (6, 7)

# Words, and the hours of the day that they mean.
_HOURS: tuple[tuple[str, tuple[int, ...]], ...] = (
    (r"early morning|清晨|凌晨", (5, 6, 7, 8)),
    (r"mornings?|breakfast time|早上|早晨|上午", (6, 7, 8, 9, 10, 11)),
    (r"lunch ?time|noon|midday|中午|午间", (11, 12, 13, 14)),
    (r"afternoons?|下午", (13, 14, 15, 16, 17)),
    (r"late at night|midnight|深夜|半夜", (22, 23, 0, 1, 2, 3)),
    (r"evenings?|tonight|傍晚|晚上|今晚", (17, 18, 19, 20, 21, 22)),
    (r"nights?|夜里|夜间", (20, 21, 22, 23, 0, 1, 2)),
)
# Words, and the weekdays that they mean; 1 is Monday.
_DAYS: tuple[tuple[str, tuple[int, ...]], ...] = (
    (r"weekdays?|working days?|工作日|平日", _WEEKDAYS),
    (r"weekends?|周末", _WEEKEND),
    (r"mondays?|星期一|周一", (1,)),
    (r"tuesdays?|星期二|周二", (2,)),
    (r"wednesdays?|星期三|周三", (3,)),
    (r"thursdays?|星期四|周四", (4,)),
    (r"fridays?|星期五|周五", (5,)),
    (r"saturdays?|星期六|周六", (6,)),
    (r"sundays?|星期日|星期天|周日", (7,)),
)
_LINK = r"(?:\b(?:on|in|at|during|for)\s+)?(?:\b(?:an?|the|this)\s+)?"
_NEAR = re.compile(
    r"\b(?:near|close to|around|next to|by)\s+(?P<after>(?:the\s+)?[^,;.]+)"
    r"|(?P<before>[^，。,\s]{2,}?)(?:附近|旁边|周围)的?",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Question:
    """`text` is what is meant, without what is said of time and place; None where nothing is said.

    `near` is the name of a place as it was written.
    """

    text: str
    near: str | None = None
    hours: Sequence[int] | None = None
    weekdays: Sequence[int] | None = None


def parse(text: str) -> Question:
    """Take what is said of hours, weekdays and a place out of a text."""
    rest, hours = _take(text, _HOURS)
    rest, weekdays = _take(rest, _DAYS)
    match = _NEAR.search(rest)
    near = None
    if match:
        near = (match["after"] or match["before"]).strip()
        rest = rest[: match.start()] + " " + rest[match.end() :]
    rest = " ".join(rest.split()).strip(" ,;.，。的")
    return Question(rest or text.strip(), near, hours, weekdays)


def lucene(text: str) -> str:
    """Return the words of a text as a Lucene query: none of its signs means anything."""
    return " ".join(f'"{word}"' for word in _WORD.findall(text.casefold()))


def beginnings(text: str) -> str:
    """Return the words of a text as a Lucene query for who still types: the last one is begun."""
    *whole, last = _WORD.findall(text.casefold()) or [""]
    words = [f'"{word}"' for word in whole]
    # What is begun is looked up as it is, and Chinese stands in the index sign by sign.
    return " AND ".join([*words, f'("{last}" OR {last}*)'] if last else words)


def _take(
    text: str, table: Sequence[tuple[str, tuple[int, ...]]]
) -> tuple[str, tuple[int, ...] | None]:
    numbers: list[int] = []
    for pattern, values in table:
        # Between letters of an alphabet only: Chinese has no blanks between words.
        whole = re.compile(rf"{_LINK}(?<![A-Za-z])(?:{pattern})(?![A-Za-z])的?", re.IGNORECASE)
        if whole.search(text):
            numbers += values
            text = whole.sub(" ", text)
    return text, tuple(dict.fromkeys(numbers)) or None
