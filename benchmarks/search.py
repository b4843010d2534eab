"""How well search finds what is meant: Recall@5 of 40 hand-written queries on the demo's city.

    python benchmarks/search.py [--encoder DIR]

The queries, in six languages, and what is relevant to each stand in tests/data/city_queries.tsv. A
query's recall is the share of the first five that is relevant (of all relevant items, if fewer).
Prints those that miss something, the mean, and the time of a search.
"""

import argparse
import csv
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from chronotope import city, language, loading, migrations, server
from chronotope.graph import Graph
from chronotope.language import Encoder
from chronotope.language.question import lucene, parse

QUERIES = Path(__file__).parents[1] / "tests" / "data" / "city_queries.tsv"
_FIRST = 5


def recall(
    rows: Sequence[Mapping[str, Any]], items: Sequence[Mapping[str, Any]], relevant: str
) -> float:
    """Return the share of relevant items among the first rows."""
    kind, _, name = relevant.partition(":")
    if kind == "category":
        wanted = {i["item_id"] for i in items if i["category"].rpartition(" > ")[2] == name}
    else:
        wanted = {item["item_id"] for item in items if item["name"].startswith(name)}
    found = sum(row["id"] in wanted for row in rows[:_FIRST])
    return found / min(_FIRST, len(wanted))


def find(graph: Graph, encoder: Encoder, text: str) -> list[dict[str, Any]]:
    """Search as `chronotope search` does, for nobody and anywhere."""
    question = parse(text)
    given = {
        "vector": language.encode_query(encoder, question.text),
        "words": lucene(question.text),
        "hours": question.hours,
        "weekdays": question.weekdays,
        "k": _FIRST,
    }
    return graph.read("search.find_items", given)


def queries() -> list[tuple[str, str]]:
    """Return each query with what is relevant to it."""
    with QUERIES.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return [(row["query"], row["relevant"]) for row in rows]


def main() -> None:
    """Load the city's items into a scratch server, embed and search them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--encoder", default=language.PACKAGED)
    encoder = language.open_encoder(parser.parse_args().encoder)
    town = city.generate()
    with (
        tempfile.TemporaryDirectory() as folder,
        server.scratch() as connection,
        Graph(connection) as graph,
    ):
        migrations.apply(graph)
        items, _ = city.write(town, Path(folder))
        loading.load(graph, loading.ITEMS, [str(items)])
        language.embed(graph, encoder)
        recalls, seconds = [], []
        for text, relevant in queries():
            started = time.perf_counter()
            rows = find(graph, encoder, text)
            seconds.append(time.perf_counter() - started)
            recalls.append(recall(rows, town.items, relevant))
            if recalls[-1] < 1:
                print(f"{recalls[-1]:.1f}  {text}: {[row['name'] for row in rows]}")
    print(
        f"{encoder.name}: Recall@5 {np.mean(recalls):.3f} of {len(recalls)} queries, "
        f"p50 {np.median(seconds) * 1000:.0f} ms"
    )


if __name__ == "__main__":
    main()
