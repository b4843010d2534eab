"""What language adds where nobody has been yet: new items, by encoder, beside controls.

    python benchmarks/new_items.py --items FILE --events FILE --cut T [--encoder DIR] [--trained]

New items are those first visited from the cut on. `recommend.new_items` ranks them among
themselves, with weights learned from windows before the cut; every encoder embeds the texts anew,
and each row leaves out a part of U = f(G, T, L) or shuffles the vectors. `--trained` adds a
projection of the packaged encoder, trained on what was visited together before the first of these
windows. `--among-all` ranks them among all items, by `recommend.discover`.
"""

import argparse
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from chronotope import evaluation, fusion, language, loading, replay
from chronotope.cli.params import parse_moment, parse_pairs
from chronotope.evaluation import Interval
from chronotope.fusion.collect import windows
from chronotope.language import save_projection

METRICS = ("ndcg@20", "recall@20")


def main() -> None:
    """Run the ablation for each encoder, and print a table each."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--items", required=True)
    parser.add_argument("--events", required=True)
    parser.add_argument("--cut", required=True, type=parse_moment)
    parser.add_argument("--until", type=parse_moment, default=datetime(9000, 1, 1, tzinfo=UTC))
    parser.add_argument("--map", default="")
    parser.add_argument("--timezone", type=ZoneInfo)
    parser.add_argument("--local-timezone", type=ZoneInfo)
    parser.add_argument("--encoder", action="append", default=[])
    parser.add_argument("--trained", action="store_true")
    parser.add_argument("--among-all", action="store_true")
    parser.add_argument("--limit", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    options = loading.ReadOptions(
        renamed=parse_pairs(arguments.map) if arguments.map else {},
        timezone=arguments.timezone,
        local_timezone=arguments.local_timezone,
        shared=True,
    )
    source = replay.FileSource([arguments.items], [arguments.events], options)
    with replay.replay(source, arguments.cut) as past, tempfile.TemporaryDirectory() as name:
        for encoder in _encoders(arguments, past, Path(name)):
            language.embed(past.graph, encoder)
            _measure(arguments, past, encoder)


def _encoders(
    arguments: argparse.Namespace,
    past: replay.Past,
    folder: Path,
) -> Iterator[language.Encoder]:
    base = language.open_encoder(language.PACKAGED)
    yield base
    for spec in arguments.encoder:
        yield language.open_encoder(spec)
    if arguments.trained:
        first = windows(past.history, arguments.cut)[0].cut
        before = replay.History(past.history.before(first), past.history.items)
        trained = fusion.train_projection(past.graph, before, base, arguments.seed)
        print(
            f"trained on visits before {first:%Y-%m-%d %H:%M}: held-out NDCG@20 "
            f"{trained.base} -> {trained.best} after {trained.epochs} epochs"
        )
        if trained.matrix is not None:
            save_projection(folder / "trained", base, trained.matrix, "")
            yield language.open_encoder(str(folder / "trained"))


def _measure(
    arguments: argparse.Namespace,
    past: replay.Past,
    encoder: language.Encoder,
) -> None:
    task = evaluation.TASKS["discover" if arguments.among_all else "new_items"]
    end = min(arguments.until, past.end)
    what = evaluation.protocol(past, task, arguments.cut, end, new_items=arguments.among_all)
    learning = fusion.LearnOptions(arguments.seed, limit=arguments.limit)
    rows = fusion.ablate(past, what, arguments.cut, learning)
    asked = len({item for instance in what.instances for item in instance.relevant})
    print(f"\n{encoder.name}: {len(what.instances)} users, {asked} new items")
    for name, numbers in rows.items():
        columns = [f"{metric} {Interval.of(numbers[metric])}" for metric in METRICS]
        if gain := numbers[METRICS[0]].get("difference"):
            columns.append(str(Interval.of(gain)))
        print(f"  {name:16}{'  '.join(columns)}", flush=True)


if __name__ == "__main__":
    main()
