"""The part of the client that does what is due: after a load, or now and then."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic

from chronotope import fusion, language, migrations, statistics
from chronotope.client.filled import Derived, Refreshed, Refreshing
from chronotope.client.filling import Filling
from chronotope.client.learning import Learning
from chronotope.errors import EncoderError, InputError
from chronotope.evaluation import TASKS
from chronotope.language import ExtractOptions
from chronotope.progress import Progress, labelled, silent

_GROWN = 2
"""Weights are learned again when there are so many times the events of the last time."""

Done = tuple[str, Mapping[str, int]]
"""What was done, in words and in numbers."""


@dataclass(frozen=True)
class _Due:
    """A step that is due: why, what does it, and the errors that leave it for another time.

    `command` is what does it then.
    """

    step: str
    why: str
    command: str
    do: Callable[[Progress], Done]
    leaves: tuple[type[Exception], ...] = ()


class Upkeep(Filling, Learning):
    """What keeps a graph as its data has it."""

    def refresh(
        self,
        *,
        learn: bool = True,
        recent: bool = False,
        progress: Progress = silent,
        announce: Callable[[Refreshing], None] = lambda step: None,
    ) -> Refreshed:
        """Do what is due, in this order: migrate, extract, embed, derive, learn.

        Keywords are extracted where the texts are not those of the last time; texts are embedded
        that have no vector, but never by a model that would have to be fetched first; statistics
        are derived where events or items are not in them; and weights are learned where the graph
        has none of its own, or some that the query cannot score with, and when its events have
        doubled since, unless `learn` is False. What cannot be done says so in `left`, with the
        command that does it. `announce` is told each step when it ends.

        With `recent`, where all statistics were derived before, those that one pass over the events
        counts are brought up to date, see `derive`: for the runs between those without.

        Each step is one of the client's own: cut off, the same call goes on. Where nothing is due,
        nothing is written. Raises what the steps raise: SchemaError for somebody else's data, and
        DatabaseError while another derivation runs.
        """
        begun, steps = monotonic(), []
        for due in self._due(learn=learn, recent=recent):
            step = _carry_out(due, progress)
            announce(step)
            steps.append(step)
        remarks = tuple(step.left for step in steps if step.left)
        return Refreshed(rows=tuple(steps), seconds=monotonic() - begun, remarks=remarks)

    def _due(self, *, learn: bool, recent: bool) -> Iterator[_Due]:
        """Yield the steps that are due, each looked for when those before it are done."""
        if steps := migrations.pending(self._graph):
            yield _Due("migrate", f"{len(steps)} migrations are due", "migrate", self._do_migrate)
        elif queries := migrations.unpublished(self._graph).names:
            unpublished = f"{len(queries)} queries are not published as they are"
            yield _Due("migrate", unpublished, "migrate", self._do_migrate)
        if options := language.extraction_due(self._migrated):
            yield self._extraction(options)
        if texts := language.count_due(self._migrated):
            yield self._embedding(texts)
        if why := _derivation_due(self._standing(), recent=recent):
            yield _Due(
                "derive", why, "derive", self._do_derive_recent if recent else self._do_derive
            )
        for task in TASKS if learn else ():
            events = self._standing().events
            if events and (why := self._learning_due(task, events)):
                yield self._learning(task, events, why)

    def _do_migrate(self, progress: Progress) -> Done:
        done = self.migrate(announce=lambda source: progress(f"applying {source}", 0, None))
        told = f"applied {len(done)} migrations, published {len(done.published)} queries"
        return told, {"migrations": len(done), "published": len(done.published)}

    def _extraction(self, options: ExtractOptions) -> _Due:
        def do(progress: Progress) -> Done:
            done, _ = language.write_keywords(self._migrated, self._at_hand(), options, progress)
            told = f"{done.keywords:,} keywords of {done.described:,} texts"
            return told, {"keywords": done.keywords, "described": done.described}

        why = "texts are new or have changed since keywords were extracted"
        return _Due("extract", why, "extract", do, (EncoderError, InputError))

    def _embedding(self, texts: int) -> _Due:
        def do(progress: Progress) -> Done:
            encoder = self._at_hand()
            done = language.embed(self._migrated, encoder, progress=progress)
            counts = {"embedded": done.embedded, "empty": done.empty, "unchanged": done.unchanged}
            return f"embedded {done.embedded:,} texts with {encoder.name}", counts

        return _Due("embed", f"{texts:,} texts have no vector", "embed", do, (EncoderError,))

    def _at_hand(self) -> language.Encoder:
        """Open the graph's own encoder, else the packaged one; fetch none."""
        recorded = self._migrated.read("embed.read_encoder")
        if recorded and not language.is_at_hand(recorded[0]["spec"]):
            raise EncoderError(
                f"the encoder '{recorded[0]['spec']}' is not on this machine, and to fetch it may "
                "take long"
            )
        return language.choose_encoder(self._migrated)

    def _do_derive(self, progress: Progress) -> Done:
        own = statistics.recorded(self._migrated)
        return _derived(
            self.derive(
                taste_dimension=own.taste_dimension, ease_items=own.ease_items, progress=progress
            )
        )

    def _do_derive_recent(self, progress: Progress) -> Done:
        try:
            return _derived(self.derive(recent=True, progress=progress))
        except InputError:  # what it would leave as it stands does not fit any more
            return self._do_derive(progress)

    def _learning_due(self, task: str, events: int) -> str | None:
        standing = fusion.in_use(self._migrated, task)
        if standing is not None and (problem := standing.problem()):
            return f"the model '{standing.name}' {problem}"
        before = fusion.attempts(self._migrated).get(task)
        if before is None:
            own = [
                model
                for model in fusion.read(self._migrated)
                if model.task == task and model.as_of and model.name != task
            ]
            if not own:
                return "the weights are the shipped ones"
            newest = max(model.as_of for model in own if model.as_of)
            before = statistics.describe(self._migrated, newest).events
        if events >= _GROWN * before:
            return f"{events:,} events, and {before:,} when weights were learned"
        return None

    def _learning(self, task: str, events: int, why: str) -> _Due:
        def do(progress: Progress) -> Done:
            try:
                done = self.learn(task, progress=progress)
            except InputError:  # too little, and that until there is much more
                fusion.note_attempt(self._migrated, task, events)
                raise
            fusion.note_attempt(self._migrated, task, events)
            metric = f"{done.metric} {done.metrics[done.metric]}"
            what = "scores from now on" if done.saved else "stays, nothing learned is better"
            return f"'{done.name}' {what}: {metric}", {"instances": done.instances}

        return _Due(f"learn {task}", why, f"learn {task}", do, (InputError,))

    def _standing(self) -> statistics.Standing:
        return statistics.describe(self._migrated, datetime.now(UTC))


def _derivation_due(found: statistics.Standing, *, recent: bool) -> str | None:
    """Say why statistics are due, all of them or what is counted, or None where they are not."""
    as_of, seen, newer = (
        (found.recent_as_of, found.recent_events, found.newer_than_recent)
        if recent
        else (found.as_of, found.derived_events, found.newer)
    )
    if not found.events:
        return None
    if found.partial:
        return "the last derivation broke off"
    if as_of is None:
        return "the statistics were never derived"
    if found.stale:
        return "users were erased since, or events dropped"
    if seen is None or found.derived_items is None:
        return "the statistics are those of an earlier version"
    if changed := found.events - seen:
        what = "more" if changed > 0 else "fewer"
        return f"{abs(changed):,} events {what} than at {as_of:%Y-%m-%d %H:%M}"
    if newer:
        return f"there are other events than at {as_of:%Y-%m-%d %H:%M}"
    if not recent and (changed := found.items - found.derived_items):
        return f"{abs(changed):,} items {'more' if changed > 0 else 'fewer'}"
    return None


def _derived(done: Derived) -> Done:
    written = ", ".join(f"{count:,} {what}" for what, count in done.written.items() if count)
    return f"wrote {written or 'no other number'}", done.written


def _carry_out(due: _Due, progress: Progress) -> Refreshing:
    begun = monotonic()
    done: str | None = None
    left: str | None = None
    counts: Mapping[str, int] = {}
    try:
        done, counts = due.do(labelled(progress, due.step))
    except due.leaves as problem:
        left = f"{due.step} is left: {str(problem).rstrip('.')}. For that: chronotope {due.command}"
    return Refreshing(
        step=due.step,
        why=due.why,
        done=done,
        left=left,
        counts=dict(counts),
        seconds=monotonic() - begun,
    )
