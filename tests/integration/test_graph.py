"""What `Graph` makes of interrupts that come while the driver talks to the server."""

import gc
import logging

import pytest
from neo4j._sync.io._bolt._common import Outbox

from chronotope.graph import Graph


@pytest.mark.filterwarnings("ignore:unclosed  Session:ResourceWarning")  # the interrupt's doing
def test_an_interrupt_in_the_middle_of_a_message_is_told_as_one(
    graph: Graph, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    question = ("embed.count_brought_vectors", {"dimension": 4})
    note_as_sent = Outbox._clear
    interrupts = iter([KeyboardInterrupt])

    def interrupted(outbox: Outbox) -> None:
        if interrupt := next(interrupts, None):
            raise interrupt
        note_as_sent(outbox)  # type: ignore[no-untyped-call]

    monkeypatch.setattr(Outbox, "_clear", interrupted)
    caplog.set_level(logging.CRITICAL, logger="neo4j")  # a captured record would keep the session
    with pytest.raises(KeyboardInterrupt):  # BEGIN goes out twice, which the server refuses
        graph.read(*question)
    gc.collect()
    assert graph.read(*question) == [{"items": 0}]
