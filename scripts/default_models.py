"""Learn the models that a new graph begins with; write their migration.

    python scripts/default_models.py collect FOLDER [--worlds N] [--workers N]
    python scripts/default_models.py check FOLDER [--task TASK] [--seed N]
    python scripts/default_models.py learn FOLDER [--task TASK]… [--seed N]

`discover` and `new_items` are learned from synthetic worlds, and from the synthetic city, which
alone has texts; `next` from the city. `collect` asks the queries in each world and keeps the
answers in FOLDER: begun again, it goes on where it was; of a query that has changed all is asked
again. `check` tells how the model does in worlds that it was not learned from. `learn` learns from
what was collected and writes the migration; `--task next` replays the city.

Do it when a recommendation query computes other features or computes them otherwise; a test
compares the models with the queries. Seeded: the same queries give the same models.
"""

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from worlds import collect, family, learning, migration
from worlds.stories import Source, sources

from chronotope import city, loading, replay
from chronotope.evaluation import TASKS, Task
from chronotope.fusion import Model, candidates, samples
from chronotope.fusion.collect import Collector, windows
from chronotope.fusion.samples import Samples

MIGRATION = Path(__file__).parent.parent / "migrations" / "R0002__Default_fusion_models.cypher"
CITY_END = datetime(2026, 6, 29, tzinfo=UTC)
WORLDS = 60
LIMIT = 6_000
UNSHOWN = {
    "strangerHour": (0.15, 0.0, 0.6),
    "strangerMeaning": (1.5, 0.2, 0.15),
    "friends": (0.5, 0.0, 1.0),
    "looked": (5.0, 0.0, 1.0),
    "shown": (-0.5, 0.0, 1.0),
    "declinedInterest": (-1.0, 0.0, 1.0),
    "declinedAlike": (-1.0, 0.0, 1.0),
}
"""Weight, mean and scale of what no past here shows: every question to learn from has a known user,
who knows nobody, declines nothing, was shown nothing and buys without looking."""
LEARNED_FROM = {"next": "the synthetic city"}
"""What is told of where a model comes from."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Do what the command line says."""
    given = _parser().parse_args(arguments)
    told = sources(family(given.worlds))
    if given.command == "collect":
        collect.collect(given.folder, told, given.workers, _say)
    elif given.command == "check":
        for task in given.task or ["discover"]:
            _check(given.folder, told, TASKS[task], given.seed)
    else:
        models = {
            task: _next(given.seed)
            if task == "next"
            else _learn(given.folder, told, TASKS[task], given.seed)
            for task in given.task or ["discover", "new_items"]
        }
        origins = {task: LEARNED_FROM.get(task, "synthetic worlds") for task in models}
        migration.write(given.migration, models, origins)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("command", choices=["collect", "check", "learn"])
    parser.add_argument("folder", type=Path, help="where the answers are kept")
    parser.add_argument("--worlds", type=int, default=WORLDS, help="how many")
    parser.add_argument("--workers", type=int, default=2, help="how many are asked at once")
    parser.add_argument("--task", action="append", choices=list(TASKS))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--migration", type=Path, default=MIGRATION)
    return parser


def _parts(folder: Path, told: Sequence[Source], task: Task) -> dict[str, Samples]:
    """Read what was collected for a task, by the names of the worlds."""
    paths = {
        one.name: collect.path(folder, one, task.name) for one in told if task.name in one.tasks
    }
    there = {name: samples.load(path) for name, path in paths.items() if path.exists()}
    missing = len(paths) - len(there)
    if missing:
        _say(f"Of {len(paths)} worlds, {missing} were not asked yet for {task.name}.")
    if not there:
        sys.exit(f"{folder} has no answers of recommend.{task.name} as it is; collect them first.")
    return there


def _learn(folder: Path, told: Sequence[Source], task: Task, seed: int) -> Model:
    parts = list(_parts(folder, told, task).values())
    _say(f"learning {task.name} from {sum(map(len, parts)):,} questions in {len(parts)} worlds")
    return model(task, learning.learn(task, parts, seed))


def model(task: Task, found: learning.Learned) -> Model:
    """Return the model of what was learned, with what is known of what no world shows."""
    prior, unseen = _prior(task.name), ~found.standard.seen
    return replace(
        prior,
        linear=np.where(unseen, prior.linear, found.net.linear),
        mean=np.where(unseen, prior.mean, found.standard.mean),
        scale=np.where(unseen, prior.scale, found.standard.scale),
        weights=np.where(unseen, 0.0, found.net.weights),
        unit_bias=found.net.unit_bias,
        output=found.net.output,
    )


def _check(folder: Path, told: Sequence[Source], task: Task, seed: int) -> None:
    kinds = {one.name: one.kind for one in told}
    by_kind: dict[str, list[learning.Held]] = defaultdict(list)
    for held in learning.held_out(task, _parts(folder, told, task), seed):
        by_kind[kinds[held.world]].append(held)
        by_kind["all"].append(held)
    columns = ["model", *learning.alone(task)]
    head = "".join(f"{name:>12}" for name in [*columns, "x best", "lowest"])
    _say(f"{task.metric} in worlds that were held out\n{'':8}{'worlds':>8}{'questions':>11}{head}")
    for kind in sorted(by_kind, key=lambda kind: (kind == "all", kind)):
        rows = by_kind[kind]
        means = [np.mean([row.values[name] for row in rows]) for name in columns]
        ratios = [row.ratio for row in rows]
        numbers = [*means, np.exp(np.mean(np.log(ratios))), min(ratios)]
        questions = sum(row.questions for row in rows)
        cells = "".join(f"{number:12.3f}" for number in numbers)
        _say(f"{kind:8}{len(rows):8}{questions:11,}{cells}")


def _next(seed: int) -> Model:
    """Learn `next` from the past of the city."""
    task = TASKS["next"]
    options = loading.ReadOptions(local_timezone=ZoneInfo(city.ZONE))
    with tempfile.TemporaryDirectory() as folder:
        items, events = city.write(city.generate(), Path(folder))
        source = replay.FileSource([str(items)], [str(events)], options)
        with replay.replay(source, CITY_END, progress=_begun) as past:
            collector = Collector(past, task, LIMIT, seed)
            parts = collector.collect(windows(past.history, CITY_END), _begun)
            found = candidates.fit(task, parts, seed)
            collector.forget()
    return model(task, learning.Learned(found.net, found.standard))


def _prior(task: str) -> Model:
    """Return a model that knows only what to make of what is not shown."""
    blank = Model.blank(task)
    numbers = [UNSHOWN.get(name, (0.0, 0.0, 1.0)) for name in blank.features]
    linear, mean, scale = np.array(numbers).T
    return replace(blank, linear=linear, mean=mean, scale=scale)


def _begun(what: str, done: int, total: int | None) -> None:
    del total
    if done == 0:
        _say(what)


def _say(sentence: str) -> None:
    print(sentence, flush=True)


if __name__ == "__main__":
    main()
