"""The part of the client that follows streams of events."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from os import PathLike, fspath
from typing import Self

from chronotope import streaming
from chronotope.client.filled import Loaded
from chronotope.client.filling import Filling
from chronotope.client.keeping import with_keys
from chronotope.client.results import Result
from chronotope.errors import InputError
from chronotope.loading import ReadOptions, Rejection, Summary, Watch
from chronotope.streaming import FollowOptions, Status

_AS_THEY_ARE = ReadOptions()
_UNSEEN = Watch()


@dataclass(frozen=True, kw_only=True)
class Followed(Result):
    """What became of the messages of a stream.

    `messages` = `loaded` + `updated` + `unchanged` + `duplicate` + `rejected`, as with `Loaded`;
    those that are read again after a crash count again, as unchanged. `bare_items` are items that
    only events mention. The first hundred `rejections` are kept. `stopped` says why it ended before
    the stream did.
    """

    source: str
    messages: int
    loaded: int
    updated: int
    unchanged: int
    duplicate: int
    rejected: int
    bare_items: int
    unknown_columns: tuple[str, ...]
    stopped: str | None
    rejections: tuple[Rejection, ...]
    remarks: tuple[str, ...] = ()

    @classmethod
    def of_summary(cls, source: str, summary: Summary) -> Self:
        """Return what the follower counted."""
        loaded = Loaded.of_summary(summary)
        names = cls.__dataclass_fields__.keys() & vars(loaded).keys()
        return cls(
            source=source, messages=loaded.rows, **{name: getattr(loaded, name) for name in names}
        )


class Following(Filling):
    """What brings events into the graph for as long as they come."""

    def follow(
        self,
        source: str | PathLike[str],
        options: ReadOptions = _AS_THEY_ARE,
        watch: Watch = _UNSEEN,
        *,
        name: str | None = None,
        batch: int = FollowOptions.batch,
        seconds: float = FollowOptions.seconds,
        group: str | None = None,
        settings: Mapping[str, str] | None = None,
        dead_letter: str | None = None,
        on_status: Callable[[Status], None] = lambda status: None,
    ) -> Followed:
        """Follow a stream of events until it is over, or `watch.interrupted` says to stop.

        `source` is a file that grows (NDJSON; it may be renamed or emptied meanwhile), `-` for
        standard input, a named pipe, or a topic: kafka://host[:port]/topic. A message has the
        columns that `load_events` takes, and `options` say how they are read. Each is in the graph
        once, whoever is killed: where to go on stands there, under `name` (by default the absolute
        path or the address), and what is read again changes nothing. A pipe alone cannot be read
        again. While the database is away, messages wait.

        Batches are of at most `batch` messages, and sent `seconds` after their first. Followers of
        one `group` share the partitions of a topic: by default those of one graph. `settings` are
        those of librdkafka; `dead_letter` is the topic that rejected messages are sent to, with
        the reason in the header `chronotope.reason`. `on_status` is told twice a second how it
        goes.

        Raises InputError for what cannot be followed, and UnavailableError when the last batch
        cannot be written for ten seconds after a stop.
        """
        if batch < 1 or not seconds >= 0:
            raise InputError("batch is a number from 1 on, and seconds one from 0 on.")
        if dead_letter is not None and options.secrecy and options.secrecy.pseudonyms:
            raise InputError(
                "A dead-letter topic gets messages as they came, with ids of users; keep rejected "
                "ones in a file instead."
            )
        given, address = settings or {}, None
        if dead_letter is not None:
            address = streaming.parse_address(fspath(source))._replace(topic=dead_letter)
        opened = streaming.open_source(
            fspath(source),
            max_line=options.max_line,
            name=name,
            find_group=lambda: group or self._group(),
            settings=given,
        )
        graph = self._fillable(watch)
        follower = streaming.Follower(
            graph,
            opened,
            with_keys(options),
            FollowOptions(batch, seconds),
            watch,
            on_status,
            address and streaming.DeadLetterTopic(address, given),
        )
        return Followed.of_summary(opened.name, follower.run())

    def _group(self) -> str:
        """Return the name of the group of all followers that fill this graph."""
        return f"chronotope-{self._graph.read('streams.identify_graph')[0]['id'][:16].lower()}"
