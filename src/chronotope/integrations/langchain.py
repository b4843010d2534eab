"""A retriever for LangChain: what answers a question for one user, with reasons.

::

    retriever = ChronotopeRetriever(client=client, user="ann", asked={"had": False})
    retriever.invoke("Where can I read in quiet?")
"""

from typing import Any

import neo4j
from langchain_core.callbacks import (
    AsyncCallbackManagerForRetrieverRun,
    CallbackManagerForRetrieverRun,
)
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables.config import run_in_executor
from pydantic import Field, field_validator

from chronotope.client import Client
from chronotope.integrations.retrieval import client_of, metadata, whose
from chronotope.language import Language


class ChronotopeRetriever(BaseRetriever):  # type: ignore[misc]  # a class of its own package
    """Retrieves with `Client.retrieve`: personal, explained, and filtered by its controls.

    `client` may be a driver, which its owner closes. It is asked for `user`, or for a stranger;
    where there is none, `invoke` may name one. `asked` is what else `Client.retrieve` takes, for
    all questions; `invoke(text, **more)` adds to it. A document is name, text and reasons in
    `language`; its metadata has ids, scores and places. The client is synchronous: `ainvoke` asks
    in a thread.
    """

    client: Client = Field(exclude=True)
    user: str | None = None
    k: int = 5
    language: Language = "en"
    asked: dict[str, Any] = Field(default_factory=dict)

    @field_validator("client", mode="before")  # type: ignore[untyped-decorator]
    @classmethod
    def _of_driver(cls, source: Any) -> Any:
        return client_of(source) if isinstance(source, neo4j.Driver) else source

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, **more: Any
    ) -> list[Document]:
        del run_manager
        given = {"k": self.k, **self.asked, **more, "user": whose(self.user, more)}
        return [
            Document(
                page_content=passage.content(self.language),
                id=passage.id,
                metadata=metadata(passage, self.language),
            )
            for passage in self.client.retrieve(query, **given)
        ]

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun, **more: Any
    ) -> list[Document]:
        found: list[Document] = await run_in_executor(
            None, self._get_relevant_documents, query, run_manager=run_manager.get_sync(), **more
        )
        return found
