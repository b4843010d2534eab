"""The part of the client that fills the graph: schema, rows, embeddings, statistics, keywords."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from itertools import islice
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from chronotope import language, loading, migrations, server, statistics
from chronotope.client import explaining
from chronotope.client.core import Core
from chronotope.client.filled import (
    Derived,
    Embedded,
    Keywords,
    Loaded,
    Migration,
    Migrations,
    Retracted,
)
from chronotope.client.keeping import with_keys
from chronotope.client.values import moment_or_now
from chronotope.errors import InputError
from chronotope.graph import Graph
from chronotope.language import ExtractOptions, Prefixes
from chronotope.loading import ReadOptions, Watch
from chronotope.migrations import MigrateOptions
from chronotope.progress import Progress, silent
from chronotope.statistics import DeriveOptions, Lake

Source = str | PathLike[str] | Iterable[Any]
"""A path or a pattern, several of them, an iterable of mappings, or a frame."""

_LOCAL, _SPARK = "local", "spark"
_AS_THEY_ARE = ReadOptions()
_UNSEEN = Watch()
_RETRACTED_AT_ONCE = 5000


class Filling(Core):
    """What writes the schema, rows, and what is made of them.

    Rows come from a path or a pattern of files, several of them, an iterable of mappings, or a
    frame of pandas or polars. `options` say how they are to be read, and `watch` hears of
    rejections and progress, and limits them. Loading again changes nothing, but that the later word
    counts; what cannot be loaded is rejected row by row, with a reason.
    """

    def migrate(
        self,
        location: str | PathLike[str] | None = None,
        *,
        to: str = "latest",
        placeholders: Mapping[str, str] | None = None,
        dry_run: bool = False,
        announce: Callable[[str], None] = lambda source: None,
    ) -> Migrations:
        """Bring the schema up to date, and publish the catalogue in the graph.

        Without a `location`, and once all is applied, each query that a client may call has a node
        `ChronotopeQuery`, to be looked up and compared; what is there already is not written.

        `location` is a folder of migrations, by default chronotope's own; `to` is a version,
        'latest' or 'next', and `placeholders` are what `${nm:…}` stands for. `announce` is told
        each file before it runs. Raises SchemaError for a graph that holds somebody else's data,
        and MigrationError for a migration that cannot be applied.
        """
        folder = Path(location) if location is not None else None
        options = MigrateOptions(folder, to, placeholders or {})
        steps = migrations.pending(self._graph, options)
        publishes = migrations.unpublished(self._graph).names if folder is None else ()
        if not dry_run:
            migrations.apply(self._graph, options, announce=lambda file: announce(file.source))
            left = migrations.unpublished(self._graph).names if publishes else ()
            publishes = tuple(name for name in publishes if name not in left)
        rows = (Migration.of_step(step, options) for step in steps)
        return Migrations(rows=tuple(rows), dry_run=dry_run, published=publishes)

    def load_items(
        self, source: Source, options: ReadOptions = _AS_THEY_ARE, watch: Watch = _UNSEEN
    ) -> Loaded:
        """Load items: places people go to, or goods they buy.

        Columns: item_id, name, category (a path: Dining > Coffee Shop, or a list of them),
        description, latitude, longitude, location (a point), tags (a list), active; only item_id is
        required. Raises InputError for a file that cannot be read.
        """
        return load(self._fillable(watch), loading.ITEMS, source, options, watch)

    def load_events(
        self, source: Source, options: ReadOptions = _AS_THEY_ARE, watch: Watch = _UNSEEN
    ) -> Loaded:
        """Load events: who did what, when and where.

        Columns: user_id, item_id, timestamp, kind, value, latitude, longitude, place (a name),
        location (a name or a point), zone, event_id; the first three are required. An event that
        the graph has, and that a row tells otherwise, is changed: kind, value, place or zone. A row
        with the `event_id` of another event is rejected, unless `options` say `replace`. Raises
        InputError for a file that cannot be read.
        """
        return load(self._fillable(watch), loading.EVENTS, source, options, watch)

    def load_friendships(
        self, source: Source, options: ReadOptions = _AS_THEY_ARE, watch: Watch = _UNSEEN
    ) -> Loaded:
        """Load friendships: who knows whom, in the direction of the row.

        Columns: user_id, friend_id. Raises InputError for a file that cannot be read.
        """
        return load(self._fillable(watch), loading.FRIENDSHIPS, source, options, watch)

    def retract(self, ids: str | Iterable[str]) -> Retracted:
        """Retract events, or what was declined, by their ids: they count no more, from now on.

        The id of an event that has none of its own is user, item, kind and epoch milliseconds
        joined by U+001F. Users and items stay; what `derive` wrote counts the events until it is
        run again.
        """
        remaining = iter(dict.fromkeys([ids] if isinstance(ids, str) else ids))
        retracted, unknown = 0, []
        while batch := list(islice(remaining, _RETRACTED_AT_ONCE)):
            answer = self._migrated.write("events.retract", {"ids": batch})[0]
            retracted += answer["retracted"]
            unknown += answer["unknown"]
        return Retracted(retracted=retracted, unknown=tuple(unknown))

    def load_vectors(
        self,
        path: str | PathLike[str],
        items: Source = (),
        options: ReadOptions = _AS_THEY_ARE,
        watch: Watch = _UNSEEN,
        *,
        index: str = loading.TEXT_INDEX,
    ) -> Loaded:
        """Load vectors of items: an .npy file, row by row as the files `items`, or a .parquet one.

        `index` is where they are searched: 'item_embedding', 'item_image' or 'item_audio'.
        """
        return load_vectors(self._fillable(watch), path, items, options, watch, index=index)

    def _fillable(self, watch: Watch) -> Graph:
        """Return the graph with its schema; a fresh local database is migrated for that."""
        if (
            not self._is_current
            and self._graph.connection.home
            and migrations.is_fresh(self._graph)
        ):
            migrations.apply(
                self._graph,
                announce=lambda file: watch.progress(f"applying {file.source}", 0, None),
            )
        return self._migrated

    def embed(
        self,
        encoder: str | None = None,
        *,
        query_prefix: str | None = None,
        document_prefix: str | None = None,
        progress: Progress = silent,
    ) -> Embedded:
        """Embed the texts of items, interests and profiles that are new or have changed.

        `encoder` is 'packaged', the directory of a model, a hub id, or an endpoint and its model;
        by default the one that the graph was embedded with, the first time the packaged one.
        Prefixes are those of the model unless they are given. Raises EncoderError.
        """
        if encoder is not None:
            language.check_spec(encoder)
        prefixes = None
        if query_prefix is not None or document_prefix is not None:
            prefixes = Prefixes(query_prefix or "", document_prefix or "")
        chosen = language.choose_encoder(self._migrated, encoder, prefixes)
        summary = language.embed(self._migrated, chosen, progress=progress)
        return Embedded(
            **vars(summary),
            encoder=chosen.name,
            revision=chosen.revision,
            dimension=chosen.dimension,
        )

    def derive(
        self,
        at: datetime | None = None,
        *,
        recent: bool = False,
        taste_dimension: int = DeriveOptions.taste_dimension,
        ease_items: int = DeriveOptions.ease_items,
        memory: int | None = None,
        events: str | None = None,
        timezone: str | None = None,
        engine: str = _LOCAL,
        master: str | None = None,
        progress: Progress = silent,
    ) -> Derived:
        """Derive what all users' events before a moment, by default now, say together.

        Earlier statistics are replaced where they differ. `taste_dimension` is that of taste
        vectors; with more than `ease_items` visited items, or more than `memory` holds, EASE is
        computed on the neighbours of each. `memory`, in megabytes, is what the process may take, as
        far as the events leave any of it; by default a quarter of the machine's.

        With `recent`, what one pass over the events counts is brought up to the moment: counts,
        popularity, trends, transitions, hours and shares. Users without a taste get one by those of
        the items. Co-visits, distances and tastes stay as of the last derivation of all, whose
        options hold.

        `events` are Parquet files to read instead of the graph's own events, which may then be the
        last ones alone: a file, a folder or a pattern, in the columns of `load_events`. `timezone`
        is what their moments without a zone mean; `at` is by default the end of the last event.
        What the graph does not know is left out, and the remarks tell how much.

        With the engine 'spark' instead of 'local', blocks are computed and items are written by
        processes of Spark, each of which may take `memory`: those of the session that there is, or
        of a new one of the `master`, by default all cores of this machine. They connect to the
        graph themselves.

        Raises InputError when there is no event, or with `recent` nothing that could be brought up
        to the moment, DatabaseError while another derivation runs, and ChronotopeError when a job
        of Spark fails.
        """
        options = DeriveOptions(taste_dimension, ease_items)
        lake = None if events is None else Lake(events, timezone)
        as_of = moment_or_now(at) if at is not None or lake is None else None
        loading.fill_cells(self._migrated)  # of what clients recorded that know no H3
        with _engine(engine, master) as where:
            done = statistics.derive(
                self._migrated,
                as_of,
                options,
                recent=recent,
                lake=lake,
                room=_room(memory),
                engine=where,
                progress=progress,
            )
        return Derived(as_of=done.as_of, written=done.written, remarks=done.remarks)

    def extract(
        self,
        *,
        per_item: int = ExtractOptions.per_document,
        min_items: int = ExtractOptions.min_documents,
        progress: Progress = silent,
    ) -> Keywords:
        """Extract keywords from the texts of items, and link them below their categories.

        An item gets at most `per_item`, of phrases that at least `min_items` speak of. Keywords of
        an earlier extraction are replaced; tags that were given stay. Raises EncoderError when no
        text is embedded.
        """
        options = ExtractOptions(per_document=per_item, min_documents=min_items)
        encoder, pending = self._open_encoder()
        result = language.extract_interests(self._migrated, encoder, options, progress)
        remarks = (f"{pending:,} texts were not embedded yet; now they are.",) if pending else ()
        summary, _ = result
        if not summary.keywords:
            why = explaining.no_keywords(summary.items, summary.described, min_items)
            remarks = (*remarks, why)
        return Keywords.of_extraction(*result, remarks=remarks)


def load(
    graph: Graph | None,
    table: loading.Table,
    source: Source,
    options: ReadOptions = _AS_THEY_ARE,
    watch: Watch = _UNSEEN,
) -> Loaded:
    """Load the rows of a table; with no graph, only validate them."""
    files, options = _files(source), options if graph is None else with_keys(options)
    summary = (
        loading.load_rows(graph, table, source, options, watch)
        if files is None
        else loading.load(graph, table, files, options, watch)
    )
    return Loaded.of_summary(summary)


def load_vectors(
    graph: Graph | None,
    path: str | PathLike[str],
    items: Source,
    options: ReadOptions,
    watch: Watch,
    *,
    index: str,
) -> Loaded:
    """Load vectors of items; with no graph, only validate them."""
    files = _files(items) or ()
    summary = loading.load_vectors(graph, fspath(path), files, options, watch, index=index)
    return Loaded.of_summary(summary)


def load_offline(
    inputs: Sequence[tuple[loading.Table, Sequence[str]]],
    options: ReadOptions = _AS_THEY_ARE,
    watch: Watch = _UNSEEN,
    *,
    name: str = server.MAIN,
) -> tuple[Loaded, ...]:
    """Fill an empty local server by its bulk import: faster, for a first load.

    All or nothing: the graph with its schema is made beside the server's own, which it replaces at
    the end. Raises InputError for a graph that holds data, and ServerError when the import fails.
    """

    def make_schema(graph: Graph) -> None:
        migrations.apply(graph, MigrateOptions(adopt=True))

    summaries = loading.load_offline(name, inputs, options, watch, make_schema=make_schema)
    return tuple(map(Loaded.of_summary, summaries))


def derive_files(
    events: str,
    folder: str | PathLike[str],
    at: datetime | None = None,
    *,
    timezone: str | None = None,
    taste_dimension: int = DeriveOptions.taste_dimension,
    ease_items: int = DeriveOptions.ease_items,
    memory: int | None = None,
    engine: str = _LOCAL,
    master: str | None = None,
    progress: Progress = silent,
) -> Derived:
    """Derive from Parquet files of events into Parquet files, without a graph.

    `folder` is new or empty; the rest is as `Client.derive` has it. All kinds of events count
    alike, and nothing is said of categories and distances, which are a graph's.
    """
    with _engine(engine, master) as where:
        done = statistics.derive_files(
            Lake(events, timezone),
            Path(folder),
            None if at is None else moment_or_now(at),
            DeriveOptions(taste_dimension, ease_items),
            room=_room(memory),
            engine=where,
            progress=progress,
        )
    return Derived(as_of=done.as_of, written=done.written, remarks=done.remarks)


def _engine(name: str, master: str | None) -> AbstractContextManager[statistics.Engine]:
    if name == _SPARK:
        return statistics.spark_engine(master)
    if name != _LOCAL:
        raise InputError(f"There is no engine {name!r}; it is '{_LOCAL}' or '{_SPARK}'.")
    if master is not None:
        raise InputError("A master is one of Spark: choose the engine 'spark'.")
    return nullcontext(statistics.HERE)


def _room(megabytes: int | None) -> int | None:
    if megabytes is None:
        return None
    if isinstance(megabytes, bool) or not isinstance(megabytes, int) or megabytes < 1:
        raise InputError(f"memory is a number of megabytes from 1 on, not {megabytes!r}.")
    return megabytes * 1_000_000


def _files(source: Source) -> list[str] | None:
    """Return the files that are meant, None when it is rows."""
    if isinstance(source, str | PathLike):
        return [fspath(source)]
    if isinstance(source, Sequence) and all(isinstance(one, str | PathLike) for one in source):
        return [fspath(one) for one in source] if source else None
    return None
