"""What the events of many people say together: who likes what, and who belongs together.

Audiences (`audience`) and what they are worth (`worth`); ties between people (`ties`), their
communities (`communities`), and both read from a graph and written back (`society`). When and
where: `overview`, `rhythm`, `forecast`, `hotspots` and `gaps`, on the hexagons of `grid`; `chance`
tests them.
"""

from chronotope.analysis import audience, overview, society, worth

__all__ = ["audience", "overview", "society", "worth"]
