"""What the events of many people say together: who likes what, and who belongs together.

Audiences (`audience`); ties between people (`ties`), their communities (`communities`), and both
read from a graph and written back (`society`).
"""

from chronotope.analysis import audience, society

__all__ = ["audience", "society"]
