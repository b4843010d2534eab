"""What the events of many people say together: who likes what, and who belongs together.

Audiences (`audience`) and what they are worth (`worth`); ties between people (`ties`), their
communities (`communities`), and both read from a graph and written back (`society`); where and when
people are (`overview`).
"""

from chronotope.analysis import audience, overview, society, worth

__all__ = ["audience", "overview", "society", "worth"]
