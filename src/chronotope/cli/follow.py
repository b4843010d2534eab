"""`chronotope follow`: bring a stream of events into the graph for as long as it goes on."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import click
from rich.live import Live
from rich.text import Text

from chronotope import streaming
from chronotope.cli.ending import asked_to_end
from chronotope.cli.options import json_option
from chronotope.cli.reading import EVENT_OPTIONS, MESSAGE_OPTIONS, SECRECY_OPTIONS, take_options
from chronotope.cli.session import Target, out, print_json, print_remarks, talk
from chronotope.cli.tables import printable
from chronotope.client import Followed, Status
from chronotope.errors import InputError
from chronotope.loading import Limit, Rejection, Watch
from chronotope.streaming import FollowOptions

_SHOWN_REJECTIONS = 10
_TOLD_EVERY = 10.0
"""Seconds between two lines of status where there is no terminal to renew one."""
_SOME_REJECTED = 5


def _follow_options(command: Callable[..., int]) -> Callable[..., Any]:
    decorated: Callable[..., Any] = command
    for option in reversed((*MESSAGE_OPTIONS, *EVENT_OPTIONS, *SECRECY_OPTIONS)):
        decorated = option(decorated)
    return decorated


@click.command()
@click.argument("source")
@_follow_options
@click.option("--strict", is_flag=True, help="Reject events of items that are unknown.")
@click.option(
    "--replace", is_flag=True, help="Messages take the place of events of their event_id."
)
@click.option(
    "--rejects", type=click.Path(path_type=Path), help="Append rejected messages here (NDJSON)."
)
@click.option("--dead-letter", metavar="TOPIC", help="Send rejected messages to a topic of Kafka.")
@click.option(
    "--batch",
    type=click.IntRange(1, 100_000),
    default=FollowOptions.batch,
    show_default=True,
    help="At most so many messages are written together.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(0, 600),
    default=FollowOptions.seconds,
    show_default=True,
    help="At most so long a message waits for others.",
)
@click.option("--name", help="What the position is kept under; default: the path or the address.")
@click.option(
    "--group",
    help="Of Kafka: followers of one group share a topic; default: those of one graph.",
)
@click.option(
    "--kafka-settings",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Lines of NAME=VALUE for librdkafka, like security.protocol=SASL_SSL.",
)
@json_option
@click.pass_obj
def follow(
    target: Target,
    /,
    source: str,
    rejects: Path | None,
    kafka_settings: Path | None,
    as_json: bool,
    **given: Any,
) -> int:
    """Follow a stream of events: a file that grows, a pipe, or a topic of Kafka.

    SOURCE is a file of NDJSON, - for standard input, or kafka://HOST[:PORT]/TOPIC. A message has
    the columns that `load events` takes. How far it was followed stands in the graph: a follower
    that was stopped, or killed, goes on there. SIGTERM and SIGINT end it when what it holds is
    written.

    \b
    Example:  chronotope follow /var/log/shop/events.ndjson --rejects rejected.ndjson
              chronotope follow kafka://localhost/events --dead-letter events-rejected
    """
    options = take_options(given)
    settings = _read_settings(kafka_settings) if kafka_settings else {}
    with ExitStack() as stack:
        log = stack.enter_context(streaming.keep_log(rejects, source)) if rejects else None
        client = stack.enter_context(target.client())
        client.connect()  # an interrupt is heard at once until then, later after a batch
        is_kept = bool(log or given["dead_letter"])
        shown = _Rejections(log.take if log else None, is_kept=is_kept)
        watch = Watch(
            on_rejection=shown.take,
            interrupted=stack.enter_context(asked_to_end(signal.SIGINT, signal.SIGTERM)),
            limit=Limit(),
            before_checkpoint=log.flush if log else lambda: None,
        )
        with _status_line() as on_status:
            followed = client.follow(
                source, options, watch, settings=settings, on_status=on_status, **given
            )
    print_remarks(followed.remarks)
    if as_json:
        print_json(followed.to_dict())
    else:
        _report(followed)
    return _SOME_REJECTED if followed.rejected and not followed.stopped else 0


def _report(followed: Followed) -> None:
    fates = ("loaded", "updated", "unchanged", "duplicate", "rejected")
    counts = ", ".join(f"{getattr(followed, fate):,} {fate}" for fate in fates)
    out.print(f"{followed.messages:,} messages were read: {counts}.", soft_wrap=True)


class _Rejections:
    """Tells of rejected messages; of the first alone where no other place keeps them."""

    def __init__(self, keep: Callable[[Rejection], None] | None, *, is_kept: bool) -> None:
        self._keep = keep
        self._is_kept = is_kept
        self._count = 0

    def take(self, rejection: Rejection) -> None:
        if self._keep:
            self._keep(rejection)
        self._count += 1
        if self._count <= _SHOWN_REJECTIONS:
            talk.print(printable(str(rejection)), style="yellow", soft_wrap=True)
        elif self._count == _SHOWN_REJECTIONS + 1:
            where = "are kept" if self._is_kept else "are lost; --rejects FILE keeps them"
            talk.print(f"More messages are rejected; they are told no more, and {where}.")


@contextmanager
def _status_line() -> Iterator[Callable[[Status], None]]:
    """Show how it goes: a line that is renewed on a terminal, elsewhere one every ten seconds.

    What is waited for is told at once.
    """
    last, told, trouble = time.monotonic(), "", None
    if talk.is_terminal:
        with Live(console=talk, transient=True, auto_refresh=False) as live:
            yield lambda status: live.update(Text(printable(str(status))), refresh=True)
        return

    def tell(status: Status) -> None:
        nonlocal last, told, trouble
        is_due = time.monotonic() - last >= _TOLD_EVERY and str(status) != told
        if is_due or status.trouble != trouble:
            last, told, trouble = time.monotonic(), str(status), status.trouble
            talk.print(printable(told), soft_wrap=True)

    yield tell


def _read_settings(path: Path) -> dict[str, str]:
    """Read a file of properties; raise InputError for a line that is none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise InputError(f"{path} cannot be read: {problem}.") from None
    settings = {}
    for number, line in enumerate(map(str.strip, lines), start=1):
        name, equals, value = line.partition("=")
        if line and not line.startswith("#"):
            if not equals:
                raise InputError(f"{path}:{number}: is not NAME=VALUE.")
            settings[name.strip()] = value.strip()
    return settings
