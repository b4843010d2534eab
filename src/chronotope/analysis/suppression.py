"""Which numbers may be told where small ones are not, and their total is. Pure.

This is suppression, as offices of statistics do it, and no differential privacy: who knows all
others, or asks twice in slightly different ways, may still find somebody (docs/privacy.md).
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def told(people: Mapping[Key, int], least: int, *, others: bool = False) -> set[Key]:
    """Return of which groups numbers may be told, by how many people each has.

    Those of `least` people or more. Where others have people, but fewer, the smallest of these is
    left out as well: what is left out together are `least` people then, whatever total is told
    (complementary suppression; Cox, 1980). `others` says that there are some beside `people`.
    """
    enough = {key for key, count in people.items() if count >= least}
    if enough and (others or any(0 < count < least for count in people.values())):
        enough.remove(max(enough, key=lambda key: (-people[key], str(key))))
    return enough


def steps(counts: Sequence[int], least: int) -> list[bool]:
    """Return which of counts that only fall may be told: each part of another that is told.

    None is told of fewer than `least`, nor two that differ by fewer.
    """
    chosen, last = [], None
    for count in counts:
        fits = count >= least and (last is None or last - count == 0 or last - count >= least)
        chosen.append(fits)
        last = count if fits else last
    return chosen
