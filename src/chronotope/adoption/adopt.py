"""Adopt somebody's graph in place: their rows go the way that a file's go, from `validate` on.

Nodes are known by their element ids while a text is read, and by our ids from then on. What is
there before is noted first, what a node had before on the node: so all of it can be taken off again
(`undo`). Run again, nothing is there twice.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from neo4j import Record

from chronotope import migrations
from chronotope.adoption import names
from chronotope.adoption.known import OURS, Ends, Faults, ImaginedEnds, Node, Paths
from chronotope.adoption.mapping import GraphMapping, Place, Source, check_columns
from chronotope.adoption.rows import (
    ValueOfNoKindError,
    category_names,
    element_of,
    event_names,
    event_row,
    in_words_of_a_mapping,
    kept_properties,
    node_row,
    text_of,
)
from chronotope.adoption.taken import Index, Label, Links, Nodes, Plan, Survey, decide
from chronotope.adoption.texts import check_text, in_chunks, run_text
from chronotope.adoption.watermark import Watermark
from chronotope.errors import InputError, SchemaError
from chronotope.graph import Graph
from chronotope.loading import (
    EVENTS,
    FRIENDSHIPS,
    ITEMS,
    Rejection,
    RowError,
    Summary,
    Table,
    Watch,
    loader,
    validate,
    write,
)
from chronotope.loading.hiding import hidden_user
from chronotope.loading.read import Source as Rows
from chronotope.loading.rejection import Line
from chronotope.loading.seen import Exact
from chronotope.loading.write import Known, Outcome, Step
from chronotope.migrations import MigrateOptions

_CHUNK = 4000
_ASIDE = 10_000
USERS = Table("users", required=("user_id",), optional=(), key="user_id")
_TABLES = {"users": USERS, "items": ITEMS, "events": EVENTS, "friendships": FRIENDSHIPS}
_KEYS = {"users": "user_id", "items": "item_id"}
_ELEMENT = "element"
_NAMELESS = (
    "with --pseudonymise an event is known by an id of its own: one made of the user's pseudonym "
    "would change with the next key"
)
_ALL = {"since": None}
"""What texts but those of events may ask for."""


@dataclass(frozen=True)
class Adopted:
    """What became of the rows of each table, where nodes were put, and what is to be known."""

    summaries: tuple[Summary, ...]
    places: Mapping[str, Place]
    remarks: tuple[str, ...] = ()


@dataclass
class _Record:
    """What is noted of the graph before anything is written; `is_first` until that was adopted."""

    places: Mapping[str, Place]
    renamed: Mapping[str, str]
    is_first: bool = True


class Adoption:
    """One mapping and one graph; `run` may be called again and again."""

    def __init__(
        self, graph: Graph, mapping: GraphMapping, watch: Watch, *, dry_run: bool = False
    ) -> None:
        """Check what can be checked without reading rows.

        Raises InputError for a text that does not read, or lacks a column.
        """
        self._graph = graph
        self._mapping = mapping
        self._watch = watch
        self._dry_run = dry_run
        self._columns = {}
        self._remarks: list[str] = []
        for source in mapping.sources:
            columns = check_text(graph, source.match, source.heading)
            if unused := check_columns(source, columns):
                self._remarks.append(f"{source.heading}: columns not used: {', '.join(unused)}")
            if mapping.pseudonyms and source.part.name == "events" and "id" not in columns:
                raise InputError(
                    f"{source.heading}: the text returns no column id, and {_NAMELESS}."
                )
            self._columns[source.name] = columns
        self._record = self._begin()

    @property
    def places(self) -> Mapping[str, Place]:
        """Where users and items are put."""
        return self._record.places

    def run(self) -> Adopted:
        """Take up what is new to the graph, or was told otherwise."""
        remarks, self._remarks = self._remarks, []
        known = Ends(self._graph) if not self._dry_run else ImaginedEnds()
        paths = self._categories()
        summaries: list[Summary] = []
        is_aside = False
        for source in (source for part in _TABLES for source in self._mapping.of(part)):
            if source.part.name not in names.KINDS and not (is_aside or self._dry_run):
                self._set_aside()
                is_aside = True
            summaries.append(self._load(source, known, paths))
            if summaries[-1].stopped:
                break
        return Adopted(tuple(summaries), self.places, tuple(remarks))

    def _begin(self) -> _Record:
        """Return how the graph is adopted; the first time, decide it and note it."""
        found = self._graph.read("adopt.read_record")
        if found:
            row = found[0]
            places = {kind: row[kind] for kind in names.KINDS}
            for kind, place in places.items():
                asked = self._mapping.place(kind)
                if asked and asked != place:
                    raise InputError(
                        f"The {kind} of this graph were adopted {place}, and the mapping says "
                        f"{asked}; take that off first: chronotope adopt --undo"
                    )
            if row["pseudonyms"] is not self._mapping.pseudonyms:
                how = ("without", "with")[row["pseudonyms"]]
                raise InputError(
                    f"This graph was adopted {how} pseudonyms (--pseudonymise); go on as it was, "
                    "or take that off first: chronotope adopt --undo"
                )
            renamed = dict(text.split("=") for text in row["renamed"])
            record = _Record(places, renamed, is_first=not row["aside"])
            if not self._dry_run:
                self._migrate(record, apart=not (row["migrated"] or row["complete"]))
            return record
        survey = self._survey()
        named = not survey.is_migrated and survey.labels["User"].texts
        if self._mapping.pseudonyms and named:
            raise SchemaError(
                "Nodes of this graph have the label `User` and a text in `id`: to chronotope they "
                "would be users under that id, whatever their pseudonym. Load their events into a "
                "graph of its own (chronotope load events --from … --pseudonymise)."
            )
        plan = decide(survey, {kind: self._mapping.place(kind) for kind in names.KINDS})
        if plan.problems:
            raise SchemaError(
                "This graph cannot be adopted as it is, and nothing in it was changed.\n"
                + "\n".join(f"- {problem}." for problem in plan.problems)
            )
        self._remarks += plan.remarks
        record = _Record(plan.places, plan.renamed)
        if not self._dry_run:
            self._mark("adopt.mark_taken", {"migrated": survey.is_migrated}, "marked")
            self._note(survey, plan)
            self._migrate(record, apart=not survey.is_migrated)
        return record

    def _note(self, survey: Survey, plan: Plan) -> None:
        self._graph.write(
            "adopt.write_record",
            {
                **plan.places,
                "pseudonyms": self._mapping.pseudonyms,
                "schema": sorted({index.name for index in survey.indexes}),
                "renamed": [f"{name}={other}" for name, other in plan.renamed.items()],
                "labels": list(plan.labels),
                "migrated": survey.is_migrated,
            },
        )

    def _migrate(self, record: _Record, *, apart: bool) -> None:
        options = MigrateOptions(adopt=True, apart=apart, renamed=record.renamed)
        migrations.apply(
            self._graph,
            options,
            announce=lambda file: self._watch.progress(f"applying {file.source}", 0, None),
        )
        self._graph.write("adopt.note_schema")

    def _survey(self) -> Survey:
        """Return what the graph has of our names. Raises InputError where we filled it already."""
        graph, is_migrated = self._graph, migrations.is_begun(self._graph)
        if is_migrated and graph.read("doctor.describe_graph")[0]["events"]:
            raise InputError(
                "This graph holds events that chronotope brought (load, record, follow); what "
                "`adopt` adds to them could not be taken off again. Use a database of its own."
            )
        labels = [{"label": label, "key": key} for label, key in names.KEYS.items()]
        labels.append({"label": "Place", "key": "id"})
        found = graph.read("adopt.count_labels", {"rows": labels})
        links = graph.read("adopt.count_types", {"types": list(names.TYPES)})
        return Survey(
            {
                row["label"]: Label(
                    row["label"],
                    row["nodes"],
                    row["texts"],
                    row["twice"],
                    row["twiceText"],
                    row["recorded"],
                )
                for row in found
                if not is_migrated or row["label"] not in names.BUILT_IN
            },
            {
                row["type"]: Links(row["links"], row["twice"], row["twiceText"])
                for row in links
                if row["type"] != "HAS_UNIT"
            },
            _indexes(graph),
            {kind: self._inspect(kind) for kind in names.KINDS},
            [
                one
                for file in migrations.read_folder()
                for statement in file.statements
                if (one := migrations.made(statement))
            ],
            is_migrated,
        )

    def _inspect(self, kind: str) -> Nodes:
        """Look at all nodes of a kind, as they would be taken up in place."""
        nodes = Nodes()
        for source in self._mapping.of(kind):
            for entry in self._read_nodes(source, Faults(self._graph, kind, is_first=True)):
                nodes.count += 1
                if isinstance(entry, tuple) and entry[1].faults:
                    nodes.faults.update(entry[1].faults)
                self._watch.progress(f"looking at {kind}", nodes.count, None)
        return nodes

    def _load(self, source: Source, known: Ends | ImaginedEnds, paths: Paths) -> Summary:
        part = source.part.name
        marks = Watermark(self._graph, source)
        kind = self._node_kind(part) if part in names.KINDS else loader.KINDS[part]
        match part:
            case "events":
                entries = self._events(source, known, marks)
            case "friendships":
                entries = self._friendships(source, known)
            case _:
                entries = self._node_rows(source, known, paths)
        rows = Rows(
            source.name,
            entries,
            source.options,
            close=entries.close,
            is_file=False,
            mark=marks.steps if marks.is_used else None,
        )
        graph = None if self._dry_run else self._graph
        summary = loader.load_source(graph, _TABLES[part], rows, _translated(kind), self._watch)
        summary.table = source.name
        summary.remarks = tuple(map(in_words_of_a_mapping, summary.remarks))
        if not summary.rows and not marks.is_begun:
            nothing = "the text found nothing; see whether the graph spells all names as it does"
            summary.remarks += (f"{source.heading}: {nothing}",)
        if not self._dry_run and not summary.stopped:
            marks.save()
        return summary

    # Users and items

    def _read_nodes(self, source: Source, faults: Faults) -> Iterator[Rejection | tuple[int, Node]]:
        """Yield the nodes of a text, numbered, with their columns as text and what they have."""
        number = 0
        part = source.part
        records = run_text(self._graph, source.match, source.heading, _ALL)
        for chunk in in_chunks(records, _CHUNK):
            read: list[tuple[Record, str | None, str | None]] = []
            for record in chunk:
                try:
                    read.append((record, element_of(record[part.node], part.node), None))
                except ValueOfNoKindError as problem:
                    read.append((record, None, str(problem)))
            seen = faults.look([element for _, element, _ in read if element])
            for record, element, wrong in read:
                if element and element in seen and seen[element]["ours"]:
                    continue  # a node that stands for another is no node of the owner's
                number += 1
                if element is None or element not in seen:
                    reason = wrong or f"'{element}' is the element id of no node"
                    yield Rejection(source.name, number, part.node, reason, {})
                    continue
                try:
                    row = self._texts(source, record)
                except ValueOfNoKindError as fault:
                    yield Rejection(source.name, number, None, str(fault), {})
                    continue
                kept = kept_properties(source, record)
                yield number, Node(element, row, kept, faults.of(seen[element], row))

    def _texts(self, source: Source, record: Record) -> dict[str, str]:
        row = {}
        for name, value in node_row(source, record).items():
            ours = _KEYS[source.part.name] if name == "id" else name
            try:
                row[ours] = text_of(value)
            except ValueOfNoKindError as problem:
                raise ValueOfNoKindError(f"{ours}: {problem}") from None
        return row

    def _node_rows(
        self, source: Source, known: Ends | ImaginedEnds, paths: Paths
    ) -> Generator[Line | Rejection, None, None]:
        kind = source.part.name
        column = _KEYS[kind]
        in_place = self.places[kind] == "in place"
        for entry in self._read_nodes(source, Faults(self._graph, kind)):
            if isinstance(entry, Rejection):
                yield entry
                continue
            number, node = entry
            row = dict(node.row) if in_place else {**node.row, **node.kept}
            if in_place and node.faults:
                reason = (
                    f"has {', '.join(node.faults)} of its own, which chronotope has for itself; "
                    "adopt the graph anew with place = 'beside' (chronotope adopt --undo first)"
                )
                yield Rejection(source.name, number, None, reason, row)
                continue
            if kind == "items" and paths.is_told and "category" not in row:
                row["category"] = paths.of(node.element)
            if isinstance(known, ImaginedEnds) and row.get(column):
                known.add(kind, node.element, row[column])
            yield number, row | {_ELEMENT: node.element}

    def _node_kind(self, part: str) -> loader.Kind:
        """Return how users or items are parsed and written."""
        place = f"adopt.place_{part}" + ("_beside" if self.places[part] == "beside" else "")
        given = {} if self.places[part] == "beside" else {"names": list(names.OF_NODES)}

        def parse(row: Mapping[str, str], options: Any, until: int) -> dict[str, Any]:
            del until
            if part == "users":
                name = validate.identifier(row, "user_id")
                own = hidden_user(name, options.secrecy)
                parsed = {"id": own, "user": own}
            else:
                parsed = validate.item(row, options.keep)
            return parsed | {_ELEMENT: row[_ELEMENT]}

        def put(
            graph: Graph, rows: Sequence[dict[str, Any]], known: Known, then: Sequence[Step] = ()
        ) -> Outcome:
            marked = sorted(
                ({"element": row[_ELEMENT], "id": row["id"]} for row in rows),
                key=lambda row: row["id"],
            )
            steps: list[Step] = [(place, {"rows": marked, **given}), *then]
            answer = write.commit(graph, steps, known)[0][0]
            created, others = set(answer["created"]), set(answer["others"])
            kept = [row for row in rows if row["id"] not in others]
            outcome = Outcome(len(created))
            if part == "items":
                for is_new in (True, False):
                    some = [row for row in kept if (row["id"] in created) is is_new]
                    if some:
                        updated = write.write_items(graph, some, known).updated
                        outcome.updated += 0 if is_new else updated
            outcome.refused = {
                index: _OTHER for index, row in enumerate(rows) if row["id"] in others
            }
            return outcome

        return loader.Kind(
            parse=parse,
            hashes=lambda row: (hash(row["id"]), hash(repr(row)), 0),
            memory=Exact,
            write=lambda options: put,
        )

    def _set_aside(self) -> None:
        """Note which nodes of our labels are the owner's, though no mapping says what they are."""
        self._mark("adopt.set_aside", {"first": self._record.is_first}, "aside")
        if self._record.is_first:
            self._graph.write("adopt.note_aside")
            self._record.is_first = False

    def _mark(self, query: str, given: Mapping[str, Any], column: str) -> None:
        given = {**given, "names": list(names.OF_NODES), "limit": _ASIDE}
        while self._graph.write(query, given)[0][column]:
            pass

    def _categories(self) -> Paths:
        paths = Paths()
        for source in self._mapping.of("categories"):
            paths.is_told = True
            for record in run_text(self._graph, source.match, source.heading, _ALL):
                try:
                    element = element_of(record["item"], "item")
                    path = category_names(record["category"], source.properties.get("name"))
                except ValueOfNoKindError as problem:
                    raise InputError(f"{source.heading}: a row {problem}.") from None
                paths.add(element, path)
        return paths

    # Events and friendships

    def _events(
        self, source: Source, known: Ends | ImaginedEnds, marks: Watermark
    ) -> Generator[Line | Rejection, None, None]:
        given = event_names(self._columns[source.name])
        records = run_text(self._graph, source.match, source.heading, marks.parameters)
        number = 0
        for chunk in in_chunks(records, _CHUNK):
            for record, ends, reason in self._resolved(chunk, ("user", "item"), known):
                number += 1
                marks.take(number, record)
                row: dict[str, str] = {}
                try:
                    row = event_row(source, record, given)
                except ValueOfNoKindError as problem:
                    reason = reason or str(problem)
                if self._mapping.pseudonyms and not row.get("event_id"):
                    reason = reason or f"id: is missing, and {_NAMELESS}"
                if reason:
                    yield Rejection(source.name, number, None, reason, row)
                else:
                    yield number, row | {"user_id": ends["user"], "item_id": ends["item"]}

    def _friendships(
        self, source: Source, known: Ends | ImaginedEnds
    ) -> Generator[Line | Rejection, None, None]:
        number = 0
        records = run_text(self._graph, source.match, source.heading, _ALL)
        for chunk in in_chunks(records, _CHUNK):
            for _, ends, reason in self._resolved(chunk, ("user", "friend"), known):
                number += 1
                if reason:
                    yield Rejection(source.name, number, None, reason, {})
                else:
                    yield number, {"user_id": ends["user"], "friend_id": ends["friend"]}

    def _resolved(
        self, chunk: Sequence[Record], columns: Sequence[str], known: Ends | ImaginedEnds
    ) -> Iterator[tuple[Record, dict[str, str], str | None]]:
        """Yield records with the ids of the nodes at their ends, or what is wrong with these."""
        found: list[tuple[dict[str, str], str | None]] = []
        for record in chunk:
            ends, reason = {}, None
            for column in columns:
                try:
                    ends[column] = element_of(record[column], column)
                except ValueOfNoKindError as problem:
                    reason = reason or f"{column}: {problem}"
            found.append((ends, reason))
        ids = known.ids({element for ends, _ in found for element in ends.values()})
        for record, (ends, reason) in zip(chunk, found, strict=True):
            if any(ids.get(element) is OURS for element in ends.values()):
                continue  # an event of ours is no event of the owner's
            told = {}
            for column, element in ends.items():
                kind = "items" if column == "item" else "users"
                own = ids.get(element, {}).get(kind)
                if own is None and reason is None:
                    reason = f"{column}: is a node that [{kind}] does not match, or rejected"
                told[column] = own or ""
            yield record, told, reason


_OTHER = RowError(
    None, "has another id in the graph than the mapping says, or its id belongs to another node"
)


def _translated(kind: loader.Kind) -> loader.Kind:
    """Return a kind whose faults speak of a mapping instead of options."""
    parse = kind.parse

    def parsed(row: Mapping[str, str], options: Any, until: int) -> dict[str, Any]:
        try:
            return parse(row, options, until)
        except RowError as fault:
            raise RowError(fault.column, in_words_of_a_mapping(fault.reason)) from None

    return replace(kind, parse=parsed)


def _indexes(graph: Graph) -> list[Index]:
    """Return indexes and constraints; a constraint's index is told as the constraint."""
    found = []
    for row in graph.read("adopt.list_schema"):
        kind = "CONSTRAINT" if row["constraint"] else row["type"]
        properties = tuple(row["properties"])
        found.append(Index(row["name"], kind, ":".join(row["labels"]), properties))
    known = {index.name for index in found}
    for row in graph.read("adopt.list_constraints"):
        if row["name"] not in known:
            of = ":".join(row["labels"])
            found.append(Index(row["name"], row["type"], of, tuple(row["properties"])))
    return found
