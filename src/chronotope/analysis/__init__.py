"""What the events of many people say together: who likes what, and who belongs together.

Audiences (`audience`) and what they are worth (`worth`); ties between people (`ties`), their
communities (`communities`), and both read from a graph and written back (`society`).
"""

from chronotope.analysis import audience, society, worth

__all__ = ["audience", "society", "worth"]
