"""Results of filling a graph: what was migrated, loaded, embedded, derived and extracted."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from chronotope import ids, language, loading, migrations
from chronotope.client.results import Result, Rows
from chronotope.loading import Rejection
from chronotope.migrations import MigrateOptions, State, Step


@dataclass(frozen=True, kw_only=True)
class Migration(Result):
    """A file of migrations and its statements.

    `state` is what it was: pending, or changed since it ran before.
    """

    version: str
    description: str
    source: str
    repeatable: bool
    state: State
    checksum: str
    statements: tuple[str, ...]

    @classmethod
    def of_step(cls, step: Step, options: MigrateOptions) -> Self:
        """Return a step that was due, with its placeholders filled."""
        file = step.migration
        assert file is not None  # noqa: S101  what is due has a file
        texts = (migrations.fill(one, options.placeholders, file.source) for one in file.statements)
        return cls(
            version=file.version,
            description=file.description,
            source=file.source,
            repeatable=file.repeatable,
            state=step.state,
            checksum=file.checksum,
            statements=tuple(texts),
        )


@dataclass(frozen=True, kw_only=True)
class Migrations(Rows[Migration]):
    """The migrations that were applied; those that would be, when it was a dry run.

    `published` names the queries that were published in the graph, or changed, or removed there.
    """

    name = "migrations"
    dry_run: bool
    published: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Loaded(Result):
    """What became of the rows of a table.

    `rows` = `loaded` + `updated` + `unchanged` + `duplicate` + `rejected` + `older`: rows that
    are new to the graph, that changed an item or an event, that it has already, that the input
    has already, that cannot be loaded, and that are older than what is to be kept (`last`).
    `bare_items` are items that only events mention; `resumed` rows are those of `unchanged`
    that a load which was cut off had written. `kinds` tells how many of the rows of events that
    could be read are of which kind. The first hundred `rejections` are kept. `stopped` says why
    the load ended before its input did.
    """

    table: str
    rows: int
    loaded: int
    updated: int
    unchanged: int
    duplicate: int
    rejected: int
    older: int
    bare_items: int
    resumed: int
    kinds: Mapping[str, int]
    unknown_columns: tuple[str, ...]
    stopped: str | None
    interrupted: bool
    rejections: tuple[Rejection, ...]
    remarks: tuple[str, ...] = ()

    @classmethod
    def of_summary(cls, summary: loading.Summary) -> Self:
        """Return what the loader counted."""
        remarks = [remark if remark[-1] == "?" else f"{remark}." for remark in summary.remarks]
        if summary.unknown_columns:
            remarks.append(f"Columns not used: {', '.join(summary.unknown_columns)}")
        if summary.updated and summary.table == loading.EVENTS.name:
            remarks.append(
                f"{summary.updated:,} rows tell otherwise what was told of an event before (kind, "
                "value, place or zone); the later row counts."
            )
        lists = {"rejections": tuple(summary.rejections), "remarks": tuple(remarks)}
        return cls(**(vars(summary) | lists))


@dataclass(frozen=True, kw_only=True)
class Retracted(Result):
    """How many events were retracted, and the ids that no event has."""

    retracted: int
    unknown: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Embedded(Result):
    """How many texts were embedded, did not change, or are empty, and the encoder of all."""

    embedded: int
    unchanged: int
    empty: int
    encoder: str
    revision: str
    dimension: int


@dataclass(frozen=True, kw_only=True)
class Derived(Result):
    """The moment that the statistics stand for, and how many of each kind were written.

    With `recent` it is that of what is counted. What stood already, and what hardly moved, is not
    written again.
    """

    as_of: datetime
    written: Mapping[str, int]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Refreshing(Result):
    """A step that was due: why, what was done in how many seconds, or what is `left` and how.

    `counts` are the numbers of `done`, by name.
    """

    step: str
    why: str
    done: str | None
    left: str | None
    counts: Mapping[str, int]
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Refreshed(Rows[Refreshing]):
    """The steps that were due, in their order; none where all stood."""

    name = "steps"
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Keyword(Result):
    """A keyword, how many items speak of it, the category it is narrower than, other spellings."""

    name: str
    items: int
    below: str | None
    also: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Keywords(Rows[Keyword]):
    """The keywords of the items' texts, those of most items first.

    Of `items` items, those that are `described` have a text. `linked` keywords are narrower than a
    category, and `merged` spellings mean the same as another one.
    """

    name = "keywords"
    items: int
    described: int
    linked: int
    merged: int

    @classmethod
    def of_extraction(
        cls,
        summary: language.Extracted,
        extraction: language.Extraction,
        remarks: tuple[str, ...] = (),
    ) -> Self:
        """Return what was extracted."""
        counts = Counter(name for names in extraction.about.values() for name, _ in names)
        keywords = (extraction.keywords[name] for name, _ in counts.most_common())
        return cls(
            rows=tuple(
                Keyword(
                    name=keyword.name,
                    items=counts[keyword.name],
                    below=ids.category_path(keyword.broader) if keyword.broader else None,
                    also=tuple(keyword.variants),
                )
                for keyword in keywords
            ),
            items=summary.items,
            described=summary.described,
            linked=summary.linked,
            merged=summary.merged,
            remarks=remarks,
        )
