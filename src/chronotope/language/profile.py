"""A user's interest as text: what the graph and the times of events say, in words.

`describe` is pure and deterministic: the same facts give the same text, and the text holds no
number that changes with the day, so that it is embedded again only when the interest changed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from chronotope.errors import InputError
from chronotope.graph import Graph
from chronotope.language.embed import embed_users
from chronotope.language.encoder import Encoder
from chronotope.language.phrases import HAN, KANA
from chronotope.progress import Progress, silent

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

_TAGS_READ, _TAGS_TOLD, _PLACES_TOLD, _NAMES_TOLD = 60, 6, 3, 2
_NEW = timedelta(days=30)
_SETTLED = timedelta(days=60)  # that a user has been known for before anything can be new to them
_FADED = timedelta(days=45)  # without an event, of an interest with at least so many
_FADED_EVENTS = 3
_TYPICAL_SHARE, _LONGEST_WINDOW = 0.6, 6
_WEEKEND_SHARE = (0.15, 0.6)  # below the first: on weekdays; above the second: at weekends
_BATCH = 200

Row = dict[str, Any]


@dataclass(frozen=True)
class ProfileFacts:
    """What the queries `profile.tags` and `profile.rhythm` tell of a user at a moment."""

    tags: Sequence[Mapping[str, Any]]
    rhythm: Sequence[Mapping[str, Any]]
    at: datetime


@dataclass(frozen=True)
class _Words:
    """The words of a language; `times` takes what day it is (or nothing) and two hours."""

    interests: str
    new: str
    faded: str
    places: str
    trends: Mapping[str, str]
    days: Mapping[str, str]
    times: Callable[[str, tuple[int, int] | None], str]
    at: Callable[[str], str]
    inside: Callable[[str, str], str]
    pause: str
    between: str
    end: str


def _english_times(days: str, hours: tuple[int, int] | None) -> str:
    clock = f"{hours[0]}-{hours[1]} h" if hours else ""
    return " ".join(filter(None, (days, clock)))


def _chinese_times(days: str, hours: tuple[int, int] | None) -> str:
    clock = f"{hours[0]}点到{hours[1]}点" if hours else ""
    return f"多在{days}{clock}" if days or clock else ""


_WORDS: Mapping[str, _Words] = {
    "en": _Words(
        interests="Interests",
        new="New",
        faded="Faded",
        places="Often at",
        trends={"rising": "rising", "steady": "steady", "fading": "fading"},
        days={"weekdays": "weekdays", "weekends": "weekends", "": ""},
        times=_english_times,
        at=lambda names: f"at {names}",
        inside=lambda name, facts: f"{name} ({facts})" if facts else name,
        pause=", ",
        between="; ",
        end=". ",
    ),
    "zh": _Words(
        interests="兴趣",
        new="新近",
        faded="淡去",
        places="常去",
        trends={"rising": "上升", "steady": "稳定", "fading": "减弱"},
        days={"weekdays": "工作日", "weekends": "周末", "": ""},
        times=_chinese_times,
        at=lambda names: f"常在{names}",
        inside=lambda name, facts: f"{name}（{facts}）" if facts else name,
        pause="，",
        between="；",
        end="。",
    ),
}


def read_facts(graph: Graph, user: str, at: datetime) -> ProfileFacts:
    """Read what is known of a user from the events before a moment."""
    given = {"user": user, "at": at}
    return ProfileFacts(
        graph.read("profile.tags", {**given, "k": _TAGS_READ}),
        graph.read("profile.rhythm", given),
        at,
    )


def language_of(facts: ProfileFacts) -> Language:
    """Return the language that most of the user's places and goods are named in."""
    names = [event["name"] for tag in facts.tags for event in tag["evidence"]]
    chinese = sum(bool(HAN.search(name)) and not KANA.search(name) for name in names)
    return "zh" if chinese * 2 > len(names) else "en"


def describe(facts: ProfileFacts, language: Language) -> str:
    """Return a user's interest as text; empty when nothing is known.

    It tells the strongest interests with their trend, hours, weekdays and places, what is new,
    what faded, and where the user often is, and when.
    """
    words = _WORDS[language]
    tags = _each_name_once(facts.tags)
    faded = [tag for tag in tags if _has_faded(tag, facts.at)]
    present = [tag for tag in tags if tag not in faded]
    if not tags:
        return ""
    start = min(_native(tag["first"]) for tag in tags)
    settled = facts.at - start >= _SETTLED
    new = [tag for tag in present if settled and facts.at - _native(tag["first"]) < _NEW]
    parts = [
        (words.interests, words.between.join(_tag(tag, language) for tag in present[:_TAGS_TOLD])),
        (words.new, words.pause.join(tag["name"] for tag in new[:_TAGS_TOLD])),
        (words.faded, words.pause.join(tag["name"] for tag in faded[:_TAGS_TOLD])),
        (
            words.places,
            words.between.join(
                words.inside(row["name"], usual_times(row["hours"], row["weekdays"], language))
                for row in facts.rhythm[:_PLACES_TOLD]
            ),
        ),
    ]
    colon = "：" if language == "zh" else ": "
    return "".join(f"{head}{colon}{text}{words.end}" for head, text in parts if text).strip()


def typical_hours(hours: Sequence[float]) -> tuple[int, int] | None:
    """Return the shortest span of hours with most of the weight, as (from, until) of the clock.

    None if it takes more than six hours to hold 60 %, or if there is nothing.
    """
    total = sum(hours)
    if not total:
        return None
    for length in range(1, _LONGEST_WINDOW + 1):
        held = [sum(hours[(start + n) % 24] for n in range(length)) for start in range(24)]
        best = max(range(24), key=lambda start: held[start])
        if held[best] >= _TYPICAL_SHARE * total - 1e-9:
            return best, (best + length) % 24
    return None


def typical_days(weekdays: Sequence[float]) -> str:
    """Return `weekdays` or `weekends` if most of the weight is there, else an empty text."""
    total = sum(weekdays)
    share = sum(weekdays[5:]) / total if total else 0.3
    low, high = _WEEKEND_SHARE
    return "weekdays" if share < low else "weekends" if share > high else ""


def usual_times(
    hours: Sequence[float], weekdays: Sequence[float], language: Language = "en"
) -> str:
    """Return when most of the weight is, in words like `weekdays 8-9 h`; empty if at any time."""
    words = _WORDS[language]
    return words.times(words.days[typical_days(weekdays)], typical_hours(hours))


def write_profiles(
    graph: Graph,
    users: Sequence[str],
    at: datetime,
    encoder: Encoder | None,
    language: Language | None = None,
    progress: Progress = silent,
) -> dict[str, str]:
    """Write the profiles of users, embed those that changed, and return them.

    Without an encoder the texts alone are written. `language` None takes each user's own.
    """
    profiles: dict[str, str] = {}
    for start in range(0, len(users), _BATCH):
        batch = users[start : start + _BATCH]
        for user in batch:
            facts = read_facts(graph, user, at)
            profiles[user] = describe(facts, language or language_of(facts))
        rows = [{"id": user, "profile": profiles[user] or None} for user in batch]
        graph.write("profile.write_profiles", {"rows": rows})
        if encoder:
            embed_users(graph, encoder, batch)
        progress("writing profiles", start + len(batch), len(users))
    return profiles


def parse_language(text: str) -> Language:
    """Return the language of that code; raise InputError for one there are no words in."""
    for language in LANGUAGES:
        if language == text:
            return language
    raise InputError(f"There are no words in '{text}'; there are: {', '.join(LANGUAGES)}.")


def _each_name_once(tags: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Keep the strongest of the tags of one name: a category is often a keyword as well."""
    by_name: dict[str, Mapping[str, Any]] = {}
    for tag in tags:
        by_name.setdefault(tag["name"].casefold(), tag)
    return list(by_name.values())


def _tag(tag: Mapping[str, Any], language: Language) -> str:
    words = _WORDS[language]
    names = [place["name"] for place in tag["places"][:_NAMES_TOLD]]
    where = words.at(words.pause.join(names)) if names else ""
    times = usual_times(tag["hours"], tag["weekdays"], language)
    facts = (words.trends[tag["trend"]], times, where)
    return words.inside(tag["name"], words.pause.join(filter(None, facts)))


def _has_faded(tag: Mapping[str, Any], at: datetime) -> bool:
    return tag["events"] >= _FADED_EVENTS and at - _native(tag["last"]) > _FADED


def _native(moment: Any) -> datetime:
    instant: datetime = moment.to_native()
    return instant
