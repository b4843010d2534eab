"""What `import chronotope` gives, and how little it costs."""

import subprocess
import sys

import pytest

import chronotope
from chronotope import errors

EXPORTED = [
    "CatalogueError", "ChronotopeError", "Client", "DatabaseError", "EncoderError", "InputError",
    "Location", "MigrationError", "ReadOptions", "Recommendation", "Recommendations", "Rows",
    "SchemaError", "ServerError", "UnavailableError", "__version__", "connect", "evaluate_files",
    "queries", "read_query",
]  # fmt: skip
COSTS = """
import sys, time
start = time.process_time()  # not of the clock: other tests may run beside it
import chronotope
print((time.process_time() - start) * 1000)
chronotope.queries["recommend.discover"].text
print([name for name in ("scipy", "numpy", "neo4j", "rapidfuzz") if name in sys.modules])
"""


def test_the_exported_names_are_these() -> None:
    assert sorted(chronotope.__all__) == EXPORTED
    assert set(EXPORTED) <= set(dir(chronotope))
    for name in EXPORTED:
        assert getattr(chronotope, name) is not None
    assert chronotope.InputError is errors.InputError
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        chronotope.nothing  # noqa: B018


def test_the_error_tree_is_exported() -> None:
    tree = {name for name, value in vars(errors).items() if isinstance(value, type)}
    assert tree <= set(EXPORTED)


def test_an_import_is_quick_and_brings_neither_scipy_nor_the_driver() -> None:
    times = []
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-c", COSTS], capture_output=True, text=True, check=True
        )
        took, heavy = done.stdout.splitlines()
        assert heavy == "[]"
        times.append(float(took))
    assert min(times) < 60


def test_queries_are_a_mapping_over_the_catalogue() -> None:
    query = chronotope.queries["recommend.discover"]
    assert query.text.startswith("// Recommend items that are new to the user")
    assert query.doc.startswith("Recommend items that are new to the user")
    assert "popularity" in query.feature_names
    assert [parameter.name for parameter in query.parameters][:2] == ["user", "at"]
    assert query.signature.startswith(
        "recommend.discover(user STRING = null, at ZONED DATETIME = datetime(), here POINT = null"
    )
    assert query.signature.endswith("asOf ZONED DATETIME, partial BOOLEAN")
    assert len(chronotope.queries) == len(list(chronotope.queries))
    assert "recommend.everything" not in chronotope.queries
    assert chronotope.queries.get("recommend.everything") is None
    with pytest.raises(KeyError, match=r"no query 'recommend\.everything'; there are: recommend"):
        chronotope.queries["recommend.everything"]
