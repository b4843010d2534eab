"""What keeps people's data theirs: keys and what is made of them, and the noise of publishing.

Keys, pseudonyms and tombstones stand in `keys`, all of which is here; what is published is bounded
and gets its noise in `noise`. Nothing here knows a graph.
"""

from chronotope.secrecy.keys import (
    EVENT,
    USER,
    Keys,
    Secrecy,
    as_text,
    create,
    generation_of,
    parse,
    read,
    write,
)

__all__ = [
    "EVENT",
    "USER",
    "Keys",
    "Secrecy",
    "as_text",
    "create",
    "generation_of",
    "parse",
    "read",
    "write",
]
