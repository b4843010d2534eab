"""Every query of the catalogue has a golden case: a test that runs it and says what comes out."""

from pathlib import Path

import pytest

from chronotope import catalogue

TESTS = Path(__file__).resolve().parents[1]
# Run by what they are for: the statistics, the embeddings, the files and the chain of migrations.
CALLERS = {
    "derive": "world.derive(",
    "embed": "language.embed(",
    "extract": "language.extract_interests(",
    "load": "world.load(",
    "migrate": "migrations.apply(",
}


@pytest.mark.parametrize("name", sorted(catalogue.load()))
def test_every_query_has_a_golden_case(name: str) -> None:
    texts = [path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py")]
    topic, _, verb = name.partition(".")
    direct = any(f'"{name}"' in text for text in texts)
    by_name = any(f"def test_{topic}_{verb}" in text for text in texts)
    called = topic in CALLERS and any(CALLERS[topic] in text for text in texts)
    assert direct or by_name or called
