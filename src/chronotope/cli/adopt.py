"""`chronotope adopt`: bring a graph that exists under the model, in place, and off again."""

import signal
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from chronotope import loading, outputs
from chronotope.cli.ending import asked_to_end
from chronotope.cli.options import json_option, overwrite_option
from chronotope.cli.params import LIMIT
from chronotope.cli.session import Target, out, print_json, print_remarks, progress_bar, talk
from chronotope.cli.tables import printable
from chronotope.client import Adopted, Client
from chronotope.loading import Limit, ReadOptions, Rejection, Watch

_SHOWN_REJECTIONS = 10
_SOME_REJECTED = 5
_INTERRUPTED = 130


@click.command()
@click.argument("mapping", required=False, type=click.Path(path_type=Path))
@click.option(
    "--guess", is_flag=True, help="Write a mapping to begin with: to MAPPING, or print it."
)
@click.option("--dry-run", is_flag=True, help="Check everything, tell every row; write nothing.")
@click.option("--undo", is_flag=True, help="Take off all that was added.")
@click.option(
    "--pseudonymise",
    is_flag=True,
    help="Put users beside yours, under pseudonyms; replace ids of events (chronotope keys).",
)
@click.option(
    "--watch",
    "seconds",
    type=click.FloatRange(0.1, 86_400),
    metavar="SECONDS",
    help="Go on: take up what is new after so many seconds, until a signal.",
)
@click.option(
    "--rejects",
    type=click.Path(path_type=Path),
    help="Write rejected rows here (NDJSON), to be corrected and loaded.",
)
@overwrite_option
@click.option("--max-rejects", type=LIMIT, help="Stop when more rows of a table are rejected.")
@json_option
@click.pass_obj
def adopt(
    target: Target,
    mapping: Path | None,
    guess: bool,
    dry_run: bool,
    undo: bool,
    pseudonymise: bool,
    seconds: float | None,
    rejects: Path | None,
    overwrite: bool,
    max_rejects: Limit | None,
    as_json: bool,
) -> int:
    """Adopt a graph that exists: in place, as MAPPING.toml says; run again, what is new.

    The graph stays as it is: users and items get a label and an id beside their own, or a node
    beside them, and events become relationships. --undo takes all of that off again. The mapping
    says in Cypher what is a user, an item, a category, an event; see docs/adopt.md.

    \b
    Example:  chronotope adopt --guess shop.toml
              chronotope adopt shop.toml --dry-run
              chronotope adopt shop.toml
              chronotope adopt --undo
    """
    if guess + undo > 1 or (undo and (mapping or dry_run or pseudonymise or seconds)):
        raise click.UsageError("--undo, --guess and a mapping are three things; ask for one.")
    if not (guess or undo or mapping):
        raise click.UsageError("Name a mapping; chronotope adopt --guess writes one to begin with.")
    if dry_run and seconds:
        raise click.UsageError("--dry-run looks once; leave --watch out.")
    with target.client() as client:
        if guess:
            _guess(client, mapping, overwrite=overwrite)
            return 0
        if undo:
            _undo(client, as_json=as_json)
            return 0
        assert mapping is not None  # noqa: S101  checked above
        return _adopt(
            client,
            mapping,
            dry_run,
            pseudonymise,
            seconds,
            rejects,
            overwrite,
            max_rejects or Limit(),
            as_json,
        )


def _guess(client: Client, path: Path | None, *, overwrite: bool) -> None:
    if path:
        path = outputs.check_file(path, overwrite=overwrite, inputs=[])
    text = client.guess_mapping()
    if path is None:
        click.echo(printable(text, keep="\n"), nl=False)
        return
    with outputs.sentences(path):
        path.write_text(text, encoding="utf-8")
    out.print(
        f"{path} is a mapping to begin with; look through it, then: chronotope adopt {path} "
        "--dry-run",
        soft_wrap=True,
    )


def _undo(client: Client, *, as_json: bool) -> None:
    with progress_bar("Taking off what was added") as progress:
        done = client.undo_adoption(progress=progress)
    if as_json:
        print_json(done.to_dict())
        return
    out.print(
        f"Taken off: {done.relationships:,} relationships, {done.nodes:,} nodes and "
        f"{done.indexes:,} indexes of ours, and labels and properties of {done.restored:,} nodes, "
        "which stay.",
        soft_wrap=True,
    )


def _adopt(
    client: Client,
    mapping: Path,
    dry_run: bool,
    pseudonymise: bool,
    seconds: float | None,
    rejects: Path | None,
    overwrite: bool,
    limit: Limit,
    as_json: bool,
) -> int:
    shown = _Shown(as_json=as_json)
    with ExitStack() as stack:
        client.connect()  # an interrupt is heard at once until then, later after a batch
        watch = Watch(
            on_rejection=shown.reject,
            progress=stack.enter_context(progress_bar("Reading rows")),
            interrupted=stack.enter_context(asked_to_end(signal.SIGINT, signal.SIGTERM)),
            limit=limit,
        )
        file = None
        if rejects:
            file = stack.enter_context(
                loading.keep_rejects(
                    rejects, [], ReadOptions(), overwrite=overwrite, others=[str(mapping)]
                )
            )
            shown.keep = file.take
            watch = replace(watch, before_checkpoint=file.flush)
        done = client.adopt(
            mapping,
            watch,
            dry_run=dry_run,
            pseudonymise=pseudonymise,
            every=seconds,
            on_round=shown.tell_round if seconds else lambda done: None,
            on_trouble=lambda trouble: talk.print(printable(trouble), style="red", soft_wrap=True),
        )
        if file:
            file.is_done = bool(seconds) or not done.stopped
    if seconds:
        return 0
    shown.tell(done)
    if any(loaded.interrupted for loaded in done):
        return _INTERRUPTED
    return _SOME_REJECTED if done.rejected else 0


class _Shown:
    """Tells what becomes of rows: rejections as they come, and each round, or the end."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._rejected = 0
        self._is_first = True
        self.keep: Callable[[Rejection], None] = lambda rejection: None

    def reject(self, rejection: Rejection) -> None:
        """Keep a rejected row, and tell of the first ones."""
        self.keep(rejection)
        self._rejected += 1
        if self._rejected <= _SHOWN_REJECTIONS:
            talk.print(printable(str(rejection)), style="yellow", soft_wrap=True)
        elif self._rejected == _SHOWN_REJECTIONS + 1:
            talk.print("… and more; --rejects FILE keeps them all.", style="yellow")

    def tell(self, done: Adopted) -> None:
        """Tell the end."""
        for remark in dict.fromkeys(done.remarks):
            print_remarks([remark])
        for loaded in done:
            print_remarks(loaded.remarks)
        if self._as_json:
            print_json(done.to_dict())
            return
        for loaded in done:
            fates = ("loaded", "updated", "unchanged", "duplicate", "rejected")
            counts = ", ".join(f"{getattr(loaded, fate):,} {fate}" for fate in fates)
            verb = "would be" if done.dry_run else "were"
            out.print(f"{loaded.rows:,} rows of {loaded.table} {verb} read: {counts}.")
        if done.stopped:
            out.print(f"It stopped before the end: {done.stopped}. What was read is in the graph.")
        elif done.dry_run:
            out.print(f"Nothing was written. Users go {done.users}, items {done.items}.")
        else:
            out.print(
                f"Users are {done.users}, items {done.items}. What comes next: chronotope refresh",
                soft_wrap=True,
            )

    def tell_round(self, done: Adopted) -> None:
        """Tell a round of many in a line."""
        if self._is_first:
            print_remarks(done.remarks)
        if self._as_json:
            print_json(done.to_dict())
        else:
            new = ", ".join(
                f"{loaded.loaded + loaded.updated:,} {loaded.table}"
                for loaded in done
                if self._is_first or loaded.loaded or loaded.updated or loaded.rejected
            )
            rejected = f", {done.rejected:,} rows rejected" if done.rejected else ""
            now = datetime.now().astimezone().strftime("%H:%M:%S")
            out.print(
                f"{now}  {new or 'nothing'} new{rejected}; it took {done.seconds:g} s, and nothing "
                f"waited longer than {done.delay:g} s",
                soft_wrap=True,
            )
        self._is_first = False
