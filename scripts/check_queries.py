"""Check what a query file alone cannot tell: regions of one name are the same in all queries.

python scripts/check_queries.py
"""

import sys

from chronotope import catalogue


def main() -> None:
    """Print what differs, and fail if anything does."""
    differing = list(catalogue.differing_regions(catalogue.load().values()))
    for sentence in differing:
        print(sentence)
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
