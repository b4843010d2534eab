"""The part of the client that brings in graphs: one that exists, in place, or rows of another."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from os import PathLike, fspath
from typing import Any

from chronotope import adoption, loading
from chronotope.client.adopted import Adopted, Undone
from chronotope.client.core import Core
from chronotope.client.filled import Loaded
from chronotope.client.following import Following
from chronotope.client.keeping import hiding, with_keys
from chronotope.errors import DatabaseError, InputError
from chronotope.loading import ReadOptions, Watch
from chronotope.progress import Progress, silent

_AS_THEY_ARE = ReadOptions()
_UNSEEN = Watch()
_TICK = 0.2


class Adopting(Following):
    """What brings graphs under the model: the owner's nodes and relationships stay as they are."""

    def guess_mapping(self) -> str:
        """Return a mapping to begin with, as TOML with comments, from what the graph looks like.

        Raises InputError for a graph in which nothing looks like events.
        """
        return adoption.guess_mapping(self._graph, datetime.now(UTC).date())

    def adopt(
        self,
        mapping: str | PathLike[str] | Mapping[str, Any],
        watch: Watch = _UNSEEN,
        *,
        dry_run: bool = False,
        pseudonymise: bool = False,
        every: float | None = None,
        on_round: Callable[[Adopted], None] = lambda done: None,
        on_trouble: Callable[[str], None] = lambda trouble: None,
    ) -> Adopted:
        """Adopt the graph that is there, in place, as a mapping says; again: what is new.

        `mapping` is a file of TOML, or what is in it. Users and items get a label and an id, or a
        node beside them where these are taken; events become relationships. All that is written
        can be taken off again, with `undo_adoption`. A dry run checks everything and writes
        nothing. With `every`, seconds, it goes on until `watch.interrupted`: `on_round` is told
        what each round took up, `on_trouble` what keeps one from it.

        With `pseudonymise` users get nodes beside the owner's, which are left as they are, under
        pseudonyms, and events ids that tell nothing; events then need ids of their own.

        Raises InputError for a mapping that cannot be used, and SchemaError, before anything is
        written, for a graph whose names leave no room.
        """
        if every is not None and not every >= 0:
            raise InputError("every is a number of seconds from 0 on.")
        given = (
            adoption.parse_mapping(mapping)
            if isinstance(mapping, Mapping)
            else adoption.read_mapping(fspath(mapping))
        )
        secrecy = hiding(pseudonymise=pseudonymise)
        sources = (
            replace(one, options=with_keys(replace(one.options, secrecy=secrecy)))
            for one in given.sources
        )
        given = replace(given, sources=tuple(sources))
        begun = time.monotonic()
        adopting = adoption.Adoption(self._graph, given, watch, dry_run=dry_run)
        done, last = self._round(adopting, begun, begun, dry_run=dry_run), begun
        on_round(done)
        while every is not None and not watch.interrupted():
            _wait(every, watch)
            begun = time.monotonic()
            try:
                done = self._round(adopting, begun, last, dry_run=dry_run)
            except DatabaseError as problem:
                if not problem.transient:
                    raise
                on_trouble(str(problem))
                continue
            last = begun
            on_round(done)
        return done

    def undo_adoption(self, *, progress: Progress = silent) -> Undone:
        """Take off all that `adopt` added, and what was made of it since.

        The graph is then what it was, node by node and index by index. Events that were recorded
        meanwhile go too. Raises InputError for a graph that was not adopted.
        """
        done = adoption.undo(self._graph, progress)
        self._is_current = False
        return Undone(**vars(done))

    def load_query(
        self,
        text: str,
        source: Core,
        options: ReadOptions = _AS_THEY_ARE,
        watch: Watch = _UNSEEN,
        *,
        dry_run: bool = False,
    ) -> Loaded:
        """Load events from another graph: rows of a text that reads, with the columns of a file.

        `source` is a client of that graph. The rows are streamed, however many and however long.
        Raises InputError for a text that does more than read.
        """
        where = f"the query of {source.graph.uri}"
        adoption.check_text(source.graph, text, where)
        graph = None if dry_run else self._fillable(watch)
        records = adoption.run_text(source.graph, text, where)
        rows = adoption.as_rows(records)
        summary = loading.load_rows(
            graph, loading.EVENTS, rows, with_keys(options), watch, name="query"
        )
        return Loaded.of_summary(summary)

    @staticmethod
    def _round(adopting: adoption.Adoption, begun: float, last: float, *, dry_run: bool) -> Adopted:
        done = adopting.run()
        now = time.monotonic()
        return Adopted.of_adoption(done, dry_run=dry_run, seconds=now - begun, delay=now - last)


def _wait(seconds: float, watch: Watch) -> None:
    until = time.monotonic() + seconds
    while not watch.interrupted() and (left := until - time.monotonic()) > 0:
        time.sleep(min(left, _TICK))
