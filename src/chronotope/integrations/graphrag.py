"""A retriever for neo4j-graphrag: what answers a question for one user, with reasons.

::

    from neo4j_graphrag.generation import GraphRAG

    retriever = ChronotopeRetriever(driver, user="ann", not_interests=["Nightlife"])
    GraphRAG(retriever, llm).search("Where can I read in quiet?", retriever_config={"top_k": 3})
"""

from collections.abc import Callable, Mapping
from typing import Any, Optional, Unpack

import neo4j
from neo4j_graphrag.retrievers.base import Retriever
from neo4j_graphrag.types import RawSearchResult, RetrieverResultItem

from chronotope.client import Client
from chronotope.errors import InputError
from chronotope.integrations.retrieval import Asked, client_of, metadata, whose
from chronotope.language import Language


class ChronotopeRetriever(Retriever):  # type: ignore[misc]  # a class of its own package
    """Retrieves with `Client.retrieve`: personal, explained, and filtered by its controls.

    It is asked for `user`, or for a stranger; where there is none, `search` may name one. What else
    `Client.retrieve` takes may be given here for all questions, or with a question. The `content`
    of a result is name, text and reasons in `language`; its metadata has ids, scores and places.
    """

    VERIFY_NEO4J_VERSION = False  # the client looks at it

    def __init__(
        self,
        source: Client | neo4j.Driver,
        neo4j_database: str | None = None,
        *,
        user: str | None = None,
        language: Language = "en",
        result_formatter: Callable[[neo4j.Record], RetrieverResultItem] | None = None,
        **asked: Unpack[Asked],
    ) -> None:
        """Ask a client, or the graph of a driver, which its owner closes."""
        self._client = client_of(source, neo4j_database)
        super().__init__(self._client.driver, neo4j_database)
        self._user, self._language, self._asked = user, language, asked
        self.result_formatter = result_formatter

    def get_search_results(
        self,
        query_text: str,
        top_k: int = 5,
        latitude: Optional[float] = None,  # noqa: UP045  neo4j-graphrag reads this spelling alone
        longitude: Optional[float] = None,  # noqa: UP045
        **asked: Any,
    ) -> RawSearchResult:
        """Find the `top_k` items that answer a text, near a place if one is given.

        `asked` is what `Client.retrieve` takes beside. Raises the errors of that, and InputError
        for a user other than the retriever's own.
        """
        given: dict[str, Any] = {**self._asked, **asked, "user": whose(self._user, asked)}
        if (latitude is None) is not (longitude is None):
            raise InputError("A place is a latitude and a longitude: give both, or none.")
        if latitude is not None:
            given["here"] = (latitude, longitude)
        found = self._client.retrieve(query_text, k=top_k, **given)
        return RawSearchResult(
            records=[
                neo4j.Record(  # type: ignore[no-untyped-call]
                    {
                        "content": passage.content(self._language),
                        "metadata": metadata(passage, self._language),
                    }
                )
                for passage in found
            ],
            metadata={"user": found.user, "known": found.known, "remarks": list(found.remarks)},
        )

    def default_record_formatter(self, record: neo4j.Record) -> RetrieverResultItem:
        """Return a record as a result."""
        told: Mapping[str, Any] = record["metadata"]
        return RetrieverResultItem(content=record["content"], metadata=dict(told))
