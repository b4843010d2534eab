"""Every query of the catalogue is run by some test."""

from collections import Counter

import pytest

from chronotope import catalogue


def test_every_query_was_run(ran: Counter[str], request: pytest.FixtureRequest) -> None:
    config = request.config
    if config.args_source is not pytest.Config.ArgsSource.TESTPATHS or config.option.keyword:
        pytest.skip("only a part of the tests ran")
    assert sorted(catalogue.load().keys() - ran.keys()) == []
