"""What makes a synthetic world: its numbers, all of them. Data."""

import math
from dataclasses import dataclass

FOREVER = math.inf


@dataclass(frozen=True)
class World:
    """The parameters of one world; with its seed they give its log, to the event.

    Times are days; shares and chances go from 0 to 1; spreads are standard deviations of logarithms
    of weights, unless another thing is said.
    """

    name: str
    seed: int

    users: int = 1000
    items: int = 4000
    span: float = 400.0
    """How long the log is."""
    chunks: int = 50
    """Into how many steps the span falls: trends, counts and histories move on with each."""
    leave_last_out: bool = False
    """Whether the world is asked for the last event of each user, and not for a span of time."""

    # What users know an item by
    broad: int = 12
    narrow: int = 120
    """How many categories there are on the two levels."""
    dimension: int = 16
    broad_fit: float = 0.2
    narrow_fit: float = 0.3
    """The shares of an item's vector that its categories give."""
    labels: int = 2
    """How many levels of categories the log shows: 0, 1 (the narrow one) or 2."""
    mislabelled: float = 0.1
    """The share of items whose category is a wrong one in the log."""

    # What makes an item attractive
    quality: float = 0.8
    pareto: float = 0.5
    """The spread of its quality, and the mean of an exponential part: the reciprocal of the
    exponent of a Pareto law."""
    born: float = 0.0
    """The share of items that come during the span."""
    rise: float = 5.0
    half_life: float = FOREVER
    floor: float = 0.05
    """How fast a new item becomes known, and loses what it had, down to a floor."""
    trend: float = 0.0
    shock: float = 0.0
    persistence: float = 90.0
    """The spread of the trends of categories and of single items, and how long trends last."""
    feedback: float = 0.0
    memory: float = 1000.0
    """The share of attraction that recent visits make, and how long they are remembered."""

    # When users do something
    events: float = 60.0
    spread: float = 0.9
    """The mean number of events of a user, and how much users differ in it."""
    basket: float = 3.0
    """The mean number of events of a session."""
    gap: float = 0.6
    """The shape of the gamma law of gaps between sessions: below 1 they come in bursts."""
    arrive: float = 0.3
    growth: float = 0.0
    """The share of users who come during the span; with growth above 0 most of them late."""
    stay: float = FOREVER
    """The mean time between a user's first and last event, in spans."""

    # What they choose
    repeat: float = 0.0
    fresh: float = 2.0
    """The chance that an event is of an item that the user had; above 1, the latest come first."""
    taste: float = 1.2
    interests: int = 2
    drift: float = 0.1
    """The weight of taste, how many tastes a user has, and how far they turn over the span."""
    liking: float = 0.6
    """The spread of the liking for broad categories; that for narrow ones is .6 of it."""
    momentum: float = 0.3
    """The weight of the direction of the latest choices, beside that of taste."""
    mainstream: float = 0.3
    """How much users differ in following what is attractive to all."""
    walk: float = 0.2
    link: float = 0.1
    near: float = 2.0
    """The chances that a new item is one of a co-visitor of a recent own one, and that it is a
    partner of one; above 1, the most recent ones count."""
    partners: int = 3
    explore: float = 0.03
    """The chance that a new item is any at all."""

    # Where they are
    distance: float = 0.0
    """The exponent of distance; with 0 items have no place."""
    scale: float = 0.05
    """The distance, in sides of the town, within which all is equally near."""
    homes: int = 2
    """How many places a user is near to."""
