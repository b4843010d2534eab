"""Candidate phrases of a text, in the manner of its language. Pure.

Chinese is cut into words by jieba; Japanese, which no library here cuts, into runs of one script;
whatever has blanks between words into n-grams that hold neither a stop word nor, where nouns are
written small, a name.
"""

import logging
import re
import warnings
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import Any

from stop_words import AVAILABLE_LANGUAGES, get_stop_words

from chronotope.errors import InputError

_MAX_WORDS = 3

HAN = re.compile(r"[\u4e00-\u9fff]")
KANA = re.compile(r"[\u3040-\u30ff]")
_CJK_RUN = re.compile(r"[\u4e00-\u9fff]+|[\u30a0-\u30ff]+")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_BREAK = re.compile(r"[.,;:!?()\[\]{}\"“”„«»|/·•–—\n。，、；：！？（）《》「」]+")
_CAPITAL_NOUNS = ("german",)
_SHORTEST = 3  # letters of a phrase in an alphabet
_CONTENT_FLAGS = ("n", "v", "a", "i", "l", "j", "eng")  # of jieba: nouns, verbs, adjectives, idioms
_PROPER_FLAGS = ("nr", "ns", "nt")  # people, places, organisations
_OPENERS = frozenset({
    "begin", "come", "consider", "discover", "drop", "enjoy", "explore", "go", "grab", "great",
    "head", "look", "perfect", "relax", "spend", "start", "stop", "stroll", "swing", "take",
    "today", "tomorrow", "tonight", "treat", "try", "visit",
})  # fmt: skip
_HEAD_FLAGS = ("n", "vn", "i", "l", "j")  # what a phrase of several words ends with


def candidates(text: str) -> list[str]:
    """Return the phrases that may stand for what a text is about, each once, in its order."""
    phrases = dict.fromkeys(
        phrase for part in _BREAK.split(text) for phrase in _phrases(part, text)
    )
    return list(phrases)


def _phrases(part: str, text: str) -> Iterator[str]:
    if KANA.search(text):
        yield from (run[0] for run in _CJK_RUN.finditer(part) if len(run[0]) > 1)
    elif HAN.search(part):
        yield from _chinese(part)
    else:
        language = _language(text)
        yield from _n_grams(part, _stop_words()[language], names=language not in _CAPITAL_NOUNS)


def is_ordinary(word: str) -> bool:
    """Tell whether a word is a stop word, or one that recommendations begin with."""
    folded = word.casefold()
    return folded in _OPENERS or any(folded in listed for listed in _stop_words().values())


def chinese_nouns(text: str) -> list[str]:
    """Return the nouns of a Chinese text, any of which may be a part of a name."""
    stops = _stop_words()["chinese"]
    return [w.word for w in _jieba().cut(text) if w.flag.startswith("n") and w.word not in stops]


def _language(text: str) -> str:
    """Return the language that has most of its stop words in the text; English if none has any."""
    words = {match[0].casefold() for match in _WORD.finditer(text)}
    listed = _stop_words()
    return max(listed, key=lambda name: len(words & listed[name]))


def _n_grams(part: str, stops: frozenset[str], *, names: bool) -> Iterator[str]:
    """Yield the n-grams of a part of a sentence; with `names`, a capital inside it is of a name."""
    words = [match[0] for match in _WORD.finditer(part)]
    if names:
        stops = stops.union(word.casefold() for word in words[1:] if word[0].isupper())
    for start in range(len(words)):
        for end in range(start + 1, min(start + _MAX_WORDS, len(words)) + 1):
            gram = words[start:end]
            if gram[-1].casefold() in stops:
                break
            if gram[0].casefold() in stops:
                break
            phrase = " ".join(gram)
            if len(phrase) >= _SHORTEST:
                yield phrase


def _chinese(part: str) -> Iterator[str]:
    words = [
        (word.word, word.flag)
        for word in _jieba().cut(part)
        if word.word.strip() and word.flag not in _PROPER_FLAGS
    ]
    stops = _stop_words()["chinese"]
    kept = [
        (word, flag)
        for word, flag in words
        if flag.startswith(_CONTENT_FLAGS) and word not in stops
    ]
    yield from (word for word, _ in kept if len(word) > 1)
    for (first, _), (second, flag) in pairwise(kept):
        if first + second in part and flag.startswith(_HEAD_FLAGS):
            yield first + second


@cache
def _stop_words() -> Mapping[str, frozenset[str]]:
    others = sorted(set(AVAILABLE_LANGUAGES) - {"english"})
    return {name: frozenset(get_stop_words(name)) for name in ("english", *others)}


@cache
def _jieba() -> Any:
    """Import jieba when Chinese is met: its dictionary takes a second.

    Raises InputError when it is not installed.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of its own code, on newer versions of Python
            import jieba
            import jieba.posseg
    except ImportError:
        raise InputError(
            "Chinese texts are cut into words by the package jieba; install chronotope with its "
            "extra 'chinese': pip install 'chronotope[chinese]'."
        ) from None
    jieba.setLogLevel(logging.WARNING)
    return jieba.posseg
