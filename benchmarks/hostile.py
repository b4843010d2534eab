"""Texts that were written to break what reads them: from a seed, for `fuzz.py` and for tests."""

import random
from collections.abc import Iterator

FRAGMENTS = (
    "`", "``", "'", '"', "\\", "\\'", '\\"', "\\u0060", "\\u0027", "\u0060\u0060", ";", "//",
    "/*", "*/", "`) DETACH DELETE n //", "'}) MATCH (n) DETACH DELETE n //",
    '"}) CREATE (:Pwned) //', "\\u0027}) CREATE (:Pwned) //", "\\u0060 SET n.pwned = true //",
    "$user", "${user}", "{user}", "MATCH (n) DETACH DELETE n", "CREATE (:Pwned {by: 'x'})",
    "CALL dbms.listConfig()", "LOAD CSV FROM 'file:///etc/passwd' AS row RETURN row",
    "DROP INDEX item_words", "CREATE USER eve SET PASSWORD 'password-of-eve'",
    "RETURN 1; RETURN 2", "USE system", "name:*", "*:*", "[* TO *]", "{! }", "a~2", "a^9",
    "(a OR", "AND", "NOT", "+-&&||!(){}[]^\"~*?:\\/", "/.*/", "*", "?", "\x00", "\x01", "\x07",
    "\x08", "\t", "\n", "\r", "\r\n", "\x0b", "\x1f", "\x7f", "\x85", "\x9b2J", "\x1b[31m",
    "\x1b]0;title\x07", "\x1b[2J\x1b[H", "\x1b]8;;http://x\x07", "\x1bP", "\u2028", "\u2029",
    "\u200b", "\u200e", "\u202e", "\u2066", "\u2069", "\ufeff", "\ufffe", "\uffff", "\ud800",
    "\udfff", "\udc80", "\ud83d\ude00", "e\u0301"* 9, "\U0001f468\u200d\U0001f469", "\u0130", "ß",
    "ﬀ", "İ", "Å", "\xa0", "\u3000", "[red]", "[/red]", "[/]", ":smile:", "[link=x]", "<script>",
    "</script>", "<img src=x onerror=alert(1)>", "&lt;", "&#0;", "]]>", "<!--", "{{7*7}}",
    "${7*7}", "%s%n", "%00", "%n", "$(touch pwned)", "`touch pwned`", "| touch pwned",
    "; touch pwned", "../../pwned", "/dev/full", "~/pwned", "C:\\pwned", "con", "-", "--",
    "--write", "=1+1", "@SUM(A1)", "null", "NULL", "NaN", "inf", "-0", "1e999", "1_000", "0x41",
    "٣", "true", "\\N", "[]", "{}", "[[[[", '{"a":', "a=b=c", "=", ",", "a,b", '"a""b', "|", ">",
    " > ", "a > b", "#", "'''", '"""', "\u001f", "category:", "keyword:", "place:",
    "u1-"+ "0"* 64, "__Neo4jMigration", "User", "constructor", "__proto__", "id",
    "9999-12-31T23:59:59-18:00", "0001-01-01", "2026-02-30", "noon",
)  # fmt: skip

_HUGE = 1_000_000
_EVERY = 3_000
"""One of so many texts is a megabyte long, one of a hundredth of that some thousands of signs."""


class Hostile:
    """A source of hostile texts, the same from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def text(self, *, huge: bool = True) -> str:
        """Return a text of some fragments, seldom a very long one, seldom of any signs at all."""
        chance = self.random.random()
        if huge and chance < 1 / _EVERY:
            return self._long(_HUGE)
        if chance < 100 / _EVERY:
            return self._long(5_000)
        if chance < 0.2:
            return "".join(chr(self.random.randrange(0x110000)) for _ in range(9))
        return "".join(self.random.choices(FRAGMENTS, k=self.random.randint(1, 4)))

    def some(self, *, huge: bool = False) -> str:
        """Return a hostile text or a plain one: of a row with many columns few are refused so."""
        return self.text(huge=huge) if self.random.random() < 0.4 else "plain"

    def texts(self, number: int, *, huge: bool = True) -> Iterator[str]:
        """Yield so many texts."""
        return (self.text(huge=huge) for _ in range(number))

    def _long(self, size: int) -> str:
        piece = self.random.choice((*FRAGMENTS, "a", "é"))
        return (piece * (size // len(piece) + 1))[:size]
