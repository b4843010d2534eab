"""What somebody may have meant by a name that there is not. Pure."""

from collections.abc import Iterable

_LIKE = 70  # of 100, that a name has to be like another to be suggested
_MOST = 3


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a question that follows a sentence, like ` Did you mean 'next'?`, else nothing."""
    from rapidfuzz import fuzz, process, utils  # when something went wrong, and only then

    like = process.extract(
        name,
        list(dict.fromkeys(known)),
        scorer=fuzz.WRatio,
        processor=utils.default_process,
        limit=_MOST,
        score_cutoff=_LIKE,
    )
    names = [f"'{match}'" for match, *_ in like]
    return f" Did you mean {' or '.join(names)}?" if names else ""
