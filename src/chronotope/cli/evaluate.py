"""`chronotope evaluate`: what the queries would have recommended, beside what happened then."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from chronotope import evaluation, fusion, loading, plots, replay, statistics
from chronotope.cli.options import json_option
from chronotope.cli.params import parse_moment
from chronotope.cli.reading import SHAPE_OPTIONS, TIME_OPTIONS, take_options
from chronotope.cli.session import Target, out, print_json, progress_bar, talk
from chronotope.errors import InputError
from chronotope.graph import Graph
from chronotope.replay import Instance

_SHOWN_REJECTIONS = 5
_NEVER = datetime(9000, 1, 1, tzinfo=UTC)


def _reading_options(command: Any) -> Any:
    for option in reversed((*SHAPE_OPTIONS, *TIME_OPTIONS)):
        command = option(command)
    return command


@click.command()
@click.argument("task", type=click.Choice(list(evaluation.TASKS)))
@click.option("--cut", required=True, metavar="T", help="Only what happened before T is known.")
@click.option("--until", metavar="T", help="Ask about what happened before T; default: the end.")
@click.option(
    "--instances", metavar="FILE", help="Ask about these: user_id, timestamp, item_id a row."
)
@click.option("--events", multiple=True, metavar="FILE", help="Evaluate files, not the graph.")
@click.option("--items", multiple=True, metavar="FILE", help="The items of the events.")
@click.option("--model", metavar="NAME", help="A model of the graph; default: one learned up to T.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of what is learned.")
@click.option("--ablate", is_flag=True, help="Tell what graph, time and place, and language add.")
@click.option("--cold", is_flag=True, help="Relevant is what had no event before T (discover).")
@click.option(
    "--plot",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Draw the metrics into FILE.png or FILE.html.",
)
@_reading_options
@json_option
@click.pass_obj
def evaluate(
    target: Target,
    /,
    task: str,
    cut: str,
    until: str | None,
    instances: str | None,
    events: tuple[str, ...],
    items: tuple[str, ...],
    model: str | None,
    seed: int,
    ablate: bool,
    cold: bool,
    plot: Path | None,
    as_json: bool,
    **given: Any,
) -> None:
    """Evaluate recommendations on what users did after a moment, beside plain baselines.

    A server of the past holds what was known at the cut; the model is learned from that alone.
    With discover, a user's relevant items are those first visited from the cut on; with new_items,
    those that nobody had visited before; with next, each event is one question, and the user's
    events up to it are known. All metrics come with 95 % intervals over users. Your graph is only
    read.

    \b
    Example:  chronotope evaluate discover --cut 2026-05-01
    Example:  chronotope evaluate next --cut 2026-05-01 --events visits.csv --items venues.csv
    """
    asked_of, moment = evaluation.TASKS[task], parse_moment(cut)
    end = parse_moment(until) if until else _NEVER
    if end <= moment:
        raise InputError("--until has to be later than --cut.")
    if cold and (task != "discover" or instances):
        raise InputError("--cold is a question of discover, about all that was discovered.")
    plots.require(plot)
    options = take_options({**given, "strict": False})
    with ExitStack() as stack:
        progress = stack.enter_context(progress_bar("Evaluating", steps=True))
        graph = None if events else stack.enter_context(target.graph())
        source = _source(graph, events, items, options)
        chosen = _chosen_model(graph, model, task, moment)
        asked = _read_instances(instances, task, options, moment, end) if instances else None
        before = moment if not asked_of.by_event and not asked else end
        derived = statistics.recorded(graph) if graph else statistics.DeriveOptions()
        past = stack.enter_context(
            replay.replay(source, before, options=derived, progress=progress)
        )
        end = min(end, past.end or past.history.end)
        what = evaluation.protocol(past, asked_of, moment, end, given=asked, cold=cold)
        learning = fusion.LearnOptions(seed, keep=ablate or cold)
        if chosen is None:
            prior = fusion.in_use(past.graph, task)
            chosen = fusion.learn(past, asked_of, moment, learning, prior, progress)
        fusion.save(past.graph, chosen)
        past.derive(moment, progress)
        found = evaluation.evaluate(past, what, model=chosen.name, progress=progress)
        report = {**evaluation.report(found), "model": chosen.name, "seed": seed}
        if ablate or cold:
            report["ablation"] = fusion.ablate(past, what, moment, learning, progress)
    for summary in getattr(source, "summaries", ()):
        _tell_rejected(summary)
    if plot:
        plots.draw(report, plot)
        talk.print(f"Drawn: {plot}", markup=False)
    if as_json:
        print_json(report)
    else:
        _show(report)


def _source(
    graph: Graph | None, events: Sequence[str], items: Sequence[str], options: loading.ReadOptions
) -> replay.Source:
    if graph is not None:
        if items:
            raise InputError("--items needs --events: the graph's own items are known.")
        return replay.GraphSource(graph)
    shared = replace(options, shared=True)
    return replay.FileSource(items, events, shared)


def _chosen_model(
    graph: Graph | None, name: str | None, task: str, cut: datetime
) -> fusion.Model | None:
    if name is None:
        return None
    if graph is None:
        raise InputError("--model names a model of a graph; with --events one is learned.")
    model = fusion.read_one(graph, name)
    if model.task != task:
        raise InputError(f"'{name}' is a model of {model.task}; name one of {task}.")
    if problem := model.problem():
        raise InputError(f"The model '{name}' {problem}; learn one anew.")
    if model.as_of and model.as_of > cut:
        raise InputError(
            f"The model '{name}' knows what happened until {model.as_of.isoformat()}, after the "
            "cut; leave --model out, and one is learned from what came before."
        )
    return model


def _read_instances(
    path: str, task: str, options: loading.ReadOptions, cut: datetime, until: datetime
) -> list[Instance]:
    rows: list[Mapping[str, Any]] = []

    def keep(batch: Sequence[Mapping[str, Any]]) -> dict[int, Any]:
        rows.extend(batch)
        return {}

    summary = loading.read_into(
        keep, loading.EVENTS, [path], replace(options, shared=True), loading.Watch()
    )
    _tell_rejected(summary)
    relevant: dict[tuple[str, int, str], list[str]] = {}
    for row in rows:
        own = row["item"] if evaluation.TASKS[task].by_event else ""
        relevant.setdefault((row["user"], row["epochMillis"], own), []).append(row["item"])
    found = [
        Instance(user, datetime.fromtimestamp(millis / 1000, UTC), tuple(sorted(set(names))))
        for (user, millis, _), names in relevant.items()
    ]
    inside = [instance for instance in found if cut <= instance.at < until]
    if not inside:
        raise InputError(f"{path} holds no instance from the cut on and before --until.")
    if len(inside) < len(found):
        talk.print(f"{len(found) - len(inside):,} instances lie outside the cut and --until.")
    return inside


def _tell_rejected(summary: loading.Summary) -> None:
    for rejection in summary.rejections[:_SHOWN_REJECTIONS]:
        talk.print(str(rejection), markup=False, style="yellow", soft_wrap=True)
    if summary.rejected > _SHOWN_REJECTIONS:
        talk.print(
            f"{summary.rejected:,} rows were rejected; chronotope load --dry-run tells all of them."
        )


def _show(report: Mapping[str, Any]) -> None:
    out.print(
        f"{report['task']}: {report['instances']:,} instances of {report['users']:,} users, "
        f"{report['positives']:,} relevant items, {report['cold']:,} cold ones\n"
        f"cut {report['cut']}, until {report['until']}, {report['model']}, seed {report['seed']}",
        markup=False,
    )
    names = list(report["metrics"])
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("", *names):
        table.add_column(heading, justify="left" if not heading else "right")
    table.add_row("chronotope", *(_interval(report["metrics"][name]) for name in names))
    for part in ("returns", "discoveries"):
        if part in report:
            numbers = report[part]["metrics"]
            table.add_row(f"  {part}", *(_interval(numbers[name]) for name in names))
    for system, numbers in report["baselines"].items():
        table.add_row(system, *(f"{numbers[name]:.4f}" for name in names))
    for row, numbers in report.get("ablation", {}).items():
        table.add_row(row, *(_interval(numbers[name]) for name in names))
    out.print(table)
    main = evaluation.TASKS[report["task"]].metric
    ratios = ", ".join(
        f"{_interval(numbers[main])} × {system}" for system, numbers in report["ratios"].items()
    )
    latency, candidates = report["latency_ms"], report["candidates"]
    out.print(
        f"{main}: {ratios}\n"
        f"candidates: {candidates['mean']:.0f} a request, with {candidates['recall']:.1%} of what "
        f"is relevant; coverage {report['coverage']:.1%}\n"
        f"latency: p50 {latency['p50']:.0f} ms, p95 {latency['p95']:.0f} ms, two clients, all "
        "candidates with their features"
    )


def _interval(found: Mapping[str, Any]) -> str:
    low, high = found["ci95"]
    return f"{found['value']:.4f} [{low:.4f}, {high:.4f}]"
