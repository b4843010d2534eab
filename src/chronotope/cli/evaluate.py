"""`chronotope evaluate`: what the queries would have recommended, beside what happened then."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from chronotope import pages
from chronotope.cli.audience import audience_options, expectation, overlap_of
from chronotope.cli.options import json_option, overwrite_option
from chronotope.cli.params import MOMENT
from chronotope.cli.reading import EVENT_OPTIONS, SHAPE_OPTIONS, take_options
from chronotope.cli.session import Target, out, print_json, print_remarks, progress_bar, talk
from chronotope.cli.tables import table
from chronotope.client import AudienceEvaluation, Evaluation, evaluate_files
from chronotope.errors import InputError
from chronotope.evaluation import TASKS, Interval
from chronotope.fusion import Outlook
from chronotope.loading import expand


def _reading_options(command: Any) -> Any:
    for option in reversed((*SHAPE_OPTIONS, *EVENT_OPTIONS)):
        command = option(command)
    return command


class _Evaluate(click.Group):
    """A command with a task and options of its own, and beside it others."""

    allow_interspersed_args = True

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **more: Any,
    ) -> click.Context:
        """Give the word to one of the commands beside it, where its name is the first."""
        if args and args[0] in self.commands:
            command = self.commands[args[0]]
            return command.make_context(f"{info_name} {args[0]}", args[1:], parent, **more)
        return super().make_context(info_name, args, parent, **more)


@click.group(cls=_Evaluate, invoke_without_command=True, subcommand_metavar="")
@click.argument("task", type=click.Choice(list(TASKS)))
@click.option("--cut", type=MOMENT, help="Only what happened before T is known.")
@click.option("--until", type=MOMENT, help="Ask about what happened before T; default: the end.")
@click.option(
    "--instances", metavar="FILE", help="Ask about these: user_id, timestamp, item_id a row."
)
@click.option("--events", multiple=True, metavar="FILE", help="Evaluate files, not the graph.")
@click.option("--items", multiple=True, metavar="FILE", help="The items of the events.")
@click.option("--friendships", multiple=True, metavar="FILE", help="Who knows whom of the users.")
@click.option("--model", metavar="NAME", help="A model of the graph; default: one learned up to T.")
@click.option("--sample", type=click.IntRange(1), metavar="N", help="Ask for N users alone.")
@click.option("--baselines-only", is_flag=True, help="Ask the baselines, not the query.")
@click.option(
    "--leave-last-out",
    is_flag=True,
    help="Ask for the last event of each user; all others, later ones too, are known (leaks).",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Of what is learned.")
@click.option("--ablate", is_flag=True, help="Tell what graph, time and place, and language add.")
@click.option(
    "--diversity", is_flag=True, help="Tell what more and more diversity costs and brings."
)
@click.option(
    "--new-items", is_flag=True, help="Relevant is what had no event before T (discover)."
)
@click.option(
    "--plot",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Draw the metrics into FILE.png or FILE.html.",
)
@overwrite_option
@_reading_options
@json_option
@click.pass_obj
def evaluate(
    target: Target,
    /,
    task: str,
    events: tuple[str, ...],
    items: tuple[str, ...],
    friendships: tuple[str, ...],
    model: str | None,
    plot: Path | None,
    overwrite: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Evaluate recommendations on what users did after a moment, beside plain baselines.

    A server of the past holds what was known at the cut; the model is learned from that alone.
    With discover, a user's relevant items are those first visited from the cut on; with new_items,
    those that nobody had visited before; with next, each event is one question, and the user's
    events up to it are known. All metrics come with 95 % intervals over users. How much is asked,
    and about how long that takes, is said first. Your graph is only read.

    --leave-last-out is for data whose times tell little. It leaks: what others did later is known,
    and numbers are better than anybody would see. Of files --model names a shipped model, like
    discover, or one of the graph.

    \b
    Example:  chronotope evaluate discover --cut 2026-05-01 --sample 300
    Example:  chronotope evaluate next --cut 2026-05-01 --events visits.csv --items venues.csv
    Example:  chronotope evaluate live --since 2026-05-01
    """
    if given["baselines_only"] and plot:
        raise InputError("--plot draws what the query says; leave --baselines-only out.")
    for option, paths in (("--items", items), ("--friendships", friendships)):
        if paths and not events:
            raise InputError(f"{option} needs --events: what the graph has is known.")
    instances = given["instances"]
    inputs = [*expand([*events, *items, *friendships]), *([instances] if instances else ())]
    pages.check_plot(plot, overwrite=overwrite, inputs=inputs)
    options = take_options(given)
    with progress_bar("Evaluating", steps=True) as progress:
        given |= {"model": model, "options": options, "progress": progress, "announce": _announce}
        if events and (model is None or model in TASKS):
            evaluation = evaluate_files(task, events, items, friendships, **given)
        else:
            with target.client() as client:
                given |= {"events": events, "items": items, "friendships": friendships}
                evaluation = client.evaluate(task, **given)
    print_remarks(evaluation.remarks)
    if as_json:
        print_json(evaluation.to_dict())
    else:
        _show(evaluation)
    if plot:
        pages.draw_evaluation(evaluation.report, plot, overwrite=overwrite)
        talk.print(f"Drawn: {plot}")


@evaluate.command()
@click.option("--since", type=MOMENT, help="Earlier showings do not count.")
@click.option("--until", type=MOMENT, help="Showings from T on do not count; default: now.")
@click.option(
    "--within",
    type=click.FloatRange(0, min_open=True),
    default=7,
    show_default=True,
    metavar="DAYS",
    help="How long after a showing an event is an answer.",
)
@json_option
@click.pass_obj
def live(
    target: Target,
    /,
    since: datetime | None,
    until: datetime | None,
    within: float,
    as_json: bool,
) -> None:
    """Tell how users respond to what is shown to them, by the model that chose it.

    A showing is answered by an event of a kind that is a goal (a purchase, a visit), with the same
    item and after it. Rates come with 95 % intervals by Wilson's score.

    \b
    Example:  chronotope evaluate live --since 2026-05-01 --within 2
    """
    with target.client() as client:
        found = client.evaluate_live(since, until, timedelta(days=within))
    print_remarks(found.remarks)
    if as_json:
        print_json(found.to_dict())
        return
    names = ("users", "shown", "answered", "rate")
    rows = (
        (r.model, f"{r.users:,}", f"{r.shown:,}", f"{r.answered:,}", str(r.rate)) for r in found
    )
    if found:
        out.print(table(("model", *names), rows, right=names))


@evaluate.command()
@audience_options
@click.option("--cut", type=MOMENT, required=True, help="Only what happened before T is known.")
@click.option("--until", type=MOMENT, help="What happened from T on is left; default: the end.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the intervals.")
@json_option
@click.pass_obj
def audience(target: Target, /, as_json: bool, **given: Any) -> None:
    """Tell whom the audience of a moment reached afterwards, beside what everybody did.

    The audience is found with what was known at --cut. Reached is who of it did something that fits
    from then on, at --hours and --near where they are given; the lift is their rate beside that of
    all users who were known, with its 95 % interval by the bootstrap over users. Expected is who
    would come if users went on as they did.

    \b
    Example:  chronotope evaluate audience "live jazz" --cut 2026-05-01
    Example:  chronotope evaluate audience --interest "Coffee Shop" --hours 7-9 --cut 2026-05-01
    """
    with target.client() as client:
        found = client.evaluate_audience(**given)
    print_remarks(found.remarks)
    if as_json:
        print_json(found.to_dict())
    else:
        _show_audience(found)


def _show_audience(found: AudienceEvaluation) -> None:
    names = ", ".join(interest["name"] for interest in found.interests)
    few = f"fewer than {found.min_size}"
    came = few if found.came is None else f"{found.came:,}"
    rate = "" if found.base_rate is None else f" ({found.base_rate:.1%})"
    out.print(
        f"{names}: {few if found.size is None else f'{found.size:,}'} users\n"
        f"cut {found.cut.isoformat()}, until {found.until.isoformat()}\n"
        f"of {found.known:,} users who were known {came} did what fits{rate}"
    )
    if found.expected:
        out.print(f"of the audience {expectation(found.expected)}")
    rows = (
        (
            f"{step.score:.2f}",
            f"{step.users:,}",
            few if step.reached is None else f"{step.reached:,}",
            None if step.rate is None else f"{step.rate:.1%}",
            None if step.lift is None else f"{step.lift.value:.2f}",
            None if step.lift is None else f"{step.lift.low:.2f} to {step.lift.high:.2f}",
        )
        for step in found
    )
    headings = ("from score", "users", "reached", "rate", "lift", "95 %")
    if found:
        out.print(table(headings, rows, right=headings))
    if found.overlap:
        out.print(overlap_of(found.overlap, found.min_size))


def _announce(outlook: Outlook) -> None:
    talk.print(str(outlook))


def _show(evaluation: Evaluation) -> None:
    report, metric = evaluation.report, evaluation.metric
    out.print(
        f"{evaluation.task}: {evaluation.instances:,} instances of {evaluation.users:,} users, "
        f"{report['positives']:,} relevant items, {report['cold']:,} cold ones\n"
        f"cut {report['cut']}, until {report['until']}, {evaluation.model or 'baselines only'}, "
        f"seed {evaluation.seed}",
    )
    names = tuple(evaluation.metrics) or tuple(next(iter(evaluation.baselines.values())))
    rows = ((system, *map(metrics.get, names)) for system, metrics in _systems(evaluation))
    out.print(table(("", *names), rows, right=names))
    if not evaluation.metrics:
        return
    ratios = ", ".join(f"{ours[metric]} × {name}" for name, ours in evaluation.ratios.items())
    latency, candidates = report["latency_ms"], report["candidates"]
    if evaluation.diversity:
        names = tuple(next(iter(evaluation.diversity.values())))
        weights = (
            (
                weight,
                *(
                    f"{value:.4f}" if isinstance(value, float) else str(Interval.of(value))
                    for value in values.values()
                ),
            )
            for weight, values in evaluation.diversity.items()
        )
        out.print(table(("diversity", *names), weights, right=names))
    out.print(
        f"{metric}: {ratios}\n"
        f"candidates: {candidates['mean']:.0f} a request, with {candidates['recall']:.1%} of what "
        f"is relevant; coverage {report['coverage']:.1%}\n"
        f"latency: p50 {latency['p50']:.0f} ms, p95 {latency['p95']:.0f} ms, two clients, all "
        "candidates with their features",
    )


def _systems(evaluation: Evaluation) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield what is compared, with its metrics as text or as what prints so."""
    if evaluation.metrics:
        yield "chronotope", evaluation.metrics
    for part in ("returns", "discoveries"):
        if part in evaluation.report:
            numbers = evaluation.report[part]["metrics"]
            yield f"  {part}", {name: Interval.of(values) for name, values in numbers.items()}
    for system, means in evaluation.baselines.items():
        yield system, {name: f"{mean:.4f}" for name, mean in means.items()}
    yield from evaluation.ablation.items()
