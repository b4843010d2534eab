"""How a stream is doing: counts, rate and lag. Pure, but for the clock that callers read."""

from collections import deque
from dataclasses import dataclass

_WINDOW = 10.0
"""Seconds that a rate is taken over."""


@dataclass(frozen=True)
class Status:
    """How far a stream is followed.

    `messages` that were read and settled, those `rejected` among them, `rate` in messages a second
    over the last ten, `lag` in `unit` (bytes or messages; None where it cannot be known), and what
    is waited for, if something is.
    """

    messages: int
    rejected: int
    rate: float
    lag: int | None
    unit: str
    trouble: str | None

    def __str__(self) -> str:
        parts = [f"{self.messages:,} messages", f"{self.rate:,.0f}/s"]
        if self.rejected:
            parts.append(f"{self.rejected:,} rejected")
        if self.lag is not None:
            parts.append(f"lag {self.lag:,} {self.unit}")
        if self.trouble:
            parts.append(f"waiting: {self.trouble}")
        return ", ".join(parts)


class Meter:
    """The rate of something counted."""

    def __init__(self, now: float) -> None:
        self._points = deque([(now, 0)])

    def rate(self, now: float, count: int) -> float:
        """Return how much of `count` came in the last seconds, a second."""
        self._points.append((now, count))
        while len(self._points) > 2 and self._points[1][0] <= now - _WINDOW:
            self._points.popleft()
        began, before = self._points[0]
        return (count - before) / (now - began) if now > began else 0.0
