"""How long it takes to write the store of the local server anew, as `user erase` does at its end.

    CHRONOTOPE_HOME=/tmp/live python benchmarks/rewrite.py

Of the graph that is there, like the one of benchmarks/live.py. It is the same graph afterwards.
"""

import resource
import time

from chronotope import privacy


def main() -> None:
    """Run the benchmark and print its figures."""
    started = time.perf_counter()
    made = privacy.rewrite()
    seconds = time.perf_counter() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{made.nodes:,} nodes and {made.relationships:,} relationships in {seconds:.0f} s, "
        f"{made.relationships / seconds:,.0f} relationships a second; {memory:,} MB in the client"
    )


if __name__ == "__main__":
    main()
