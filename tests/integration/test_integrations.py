"""Retrievers for other libraries, run by those: personal, explained, filtered."""

import asyncio
import json
from typing import Any

import pytest
import world

from chronotope.client import Client
from chronotope.errors import InputError
from chronotope.graph import Graph

QUESTION = "a place to drink coffee"
METADATA = [
    "category", "had", "id", "latitude", "longitude", "name", "preference", "reasons", "relevance",
    "score",
]  # fmt: skip


@pytest.fixture
def client(embedded: Graph) -> Client:
    return Client(embedded.driver, embedded.connection.database)


class _Model:
    """A language model for neo4j-graphrag that repeats what it is told."""

    def invoke(self, input: Any, *given: Any, **more: Any) -> Any:  # noqa: A002
        from neo4j_graphrag.llm import LLMResponse

        del given, more
        return LLMResponse(content=str(input))


def test_graphrag_retrieves_for_a_user_from_a_driver(embedded: Graph, client: Client) -> None:
    pytest.importorskip("neo4j_graphrag")
    from chronotope.integrations.graphrag import ChronotopeRetriever

    retriever = ChronotopeRetriever(
        embedded.driver, embedded.connection.database, user="ann", at=world.CUT, had=False
    )
    found = retriever.search(query_text=QUESTION, top_k=3)
    expected = client.retrieve(QUESTION, user="ann", at=world.CUT, had=False, k=3)
    assert [item.content for item in found.items] == [one.content() for one in expected]
    told = found.items[0].metadata
    assert told is not None
    assert sorted(told) == METADATA
    assert (told["id"], told["reasons"]) == (expected[0].id, expected[0].reasons())
    json.dumps([item.metadata for item in found.items])
    assert found.metadata == {
        "user": "ann", "known": True, "remarks": list(expected.remarks),
        "__retriever": "ChronotopeRetriever",
    }  # fmt: skip
    goods = retriever.search(query_text=QUESTION, only="goods", latitude=45.0, longitude=13.0)
    assert [(item.metadata or {})["id"] for item in goods.items] == ["tea"]
    with pytest.raises(InputError, match="answers for user 'ann' alone, not for 'bob'"):
        retriever.search(query_text=QUESTION, user="bob")
    with pytest.raises(InputError, match="give both, or none"):
        retriever.search(query_text=QUESTION, latitude=45.0)


def test_graphrag_answers_from_what_it_retrieves(client: Client) -> None:
    pytest.importorskip("neo4j_graphrag")
    from neo4j_graphrag.generation import GraphRAG
    from neo4j_graphrag.llm.base import LLMInterfaceV2

    from chronotope.integrations.graphrag import ChronotopeRetriever

    LLMInterfaceV2.register(_Model)
    retriever = ChronotopeRetriever(client, at=world.CUT, language="zh")
    pipeline = GraphRAG(retriever=retriever, llm=_Model())
    asked = {"top_k": 2, "user": "ann"}
    answer = pipeline.search(QUESTION, retriever_config=asked, return_context=True)
    assert answer.retriever_result is not None
    assert len(answer.retriever_result.items) == 2
    for item in answer.retriever_result.items:
        assert item.content.partition("\n")[0] in answer.answer
    tool = retriever.convert_to_tool("recommend", "Find places for a person.")
    taken = tool.get_parameters()["properties"]
    assert {name: one["type"] for name, one in taken.items()} == {
        "query_text": "string", "top_k": "integer", "latitude": "number", "longitude": "number",
    }  # fmt: skip
    assert len(tool.execute(query_text=QUESTION, top_k=1).items) == 1


def test_langchain_retrieves_for_a_user_sync_and_async(client: Client) -> None:
    pytest.importorskip("langchain_core")
    from chronotope.integrations.langchain import ChronotopeRetriever

    asked = {"at": world.CUT, "had": False}
    retriever = ChronotopeRetriever(client=client, user="ann", k=3, asked=asked)
    documents = retriever.invoke(QUESTION)
    expected = client.retrieve(QUESTION, user="ann", at=world.CUT, had=False, k=3)
    assert [document.page_content for document in documents] == [one.content() for one in expected]
    assert [document.id for document in documents] == [one.id for one in expected]
    assert sorted(documents[0].metadata) == METADATA
    assert asyncio.run(retriever.ainvoke(QUESTION)) == documents
    goods = asyncio.run(retriever.ainvoke(QUESTION, only="goods"))
    assert [document.id for document in goods] == ["tea"]
    assert [len(found) for found in retriever.batch([QUESTION, "weights"])] == [3, 3]
    with pytest.raises(InputError, match="answers for user 'ann' alone, not for 'bob'"):
        retriever.invoke(QUESTION, user="bob")


def test_langchain_takes_a_driver_and_a_user_by_question(embedded: Graph, client: Client) -> None:
    pytest.importorskip("langchain_core")
    from langchain_core.runnables import RunnableLambda

    from chronotope.integrations.langchain import ChronotopeRetriever

    retriever = ChronotopeRetriever(client=embedded.driver, asked={"at": world.CUT})
    expected = [one.content("en") for one in client.retrieve(QUESTION, user="bob", at=world.CUT)]
    found = retriever.invoke(QUESTION, user="bob")
    assert [document.page_content for document in found] == expected
    chain = retriever | RunnableLambda(lambda documents: documents[0].id)
    assert chain.invoke(QUESTION) == client.retrieve(QUESTION, at=world.CUT)[0].id
    with pytest.raises(ValueError, match="Client"):
        ChronotopeRetriever(client="bolt://localhost")
