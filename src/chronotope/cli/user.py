"""`chronotope user`: what one person may ask for."""

from pathlib import Path

import click

from chronotope import outputs
from chronotope.cli.options import encrypt_option, json_option, overwrite_option
from chronotope.cli.session import (
    Target,
    file_secret,
    json_of,
    out,
    print_json,
    print_remarks,
    progress_bar,
)
from chronotope.cli.tables import printable


@click.group()
def user() -> None:
    """Export or erase all that the graph holds on one person, by id or by pseudonym."""


@user.command()
@click.argument("name", metavar="ID")
@click.option(
    "--output",
    "file",
    type=click.Path(path_type=Path),
    help="Write it to a file that nobody else can read.",
)
@overwrite_option
@encrypt_option
@click.pass_obj
def export(target: Target, name: str, file: Path | None, overwrite: bool, encrypt: bool) -> None:
    """Print all that the graph holds on a user, as JSON; docs/privacy.md describes its form.

    With --encrypt FILE.encrypted is written, which `chronotope decrypt` opens.

    \b
    Example:  chronotope user export ann --output ann.json --encrypt
    """
    if encrypt and file is None:
        raise click.UsageError("--encrypt goes with --output FILE.")
    secret = file_secret(encrypt=encrypt)
    place = file and outputs.check_file(outputs.named(file, secret), overwrite=overwrite)
    with target.client() as client:
        found = client.export_user(name).to_dict()
    if place is None:
        print_json(found)
        return
    content = f"{json_of(found)}\n".encode()
    outputs.write(place, content, overwrite=overwrite, private=True, secret=secret)
    out.print(printable(f"Wrote {place}."), soft_wrap=True)


@user.command()
@click.argument("names", metavar="ID…", nargs=-1, required=True)
@click.option("--dry-run", is_flag=True, help="Tell what would be erased, and erase nothing.")
@click.option(
    "--no-rewrite",
    is_flag=True,
    help="Leave the store of the local server as it is: freed records keep their bytes.",
)
@json_option
@click.pass_obj
def erase(
    target: Target, names: tuple[str, ...], dry_run: bool, no_rewrite: bool, as_json: bool
) -> None:
    """Erase users and all that is tied to them; loads and streams do not bring them back.

    The local server then gets a fresh store, without the bytes that freed records keep, and is away
    meanwhile: erase many at once. Run `chronotope derive` afterwards: what all users say together
    counts them until then.

    \b
    Example:  chronotope user erase ann bob --dry-run
    """
    with target.client() as client, progress_bar("Erasing") as progress:
        done = client.erase_user(names, dry_run=dry_run, rewrite=not no_rewrite, progress=progress)
    if as_json:
        print_json(done.to_dict())
        return
    what = "would be" if dry_run else "were"
    out.print(f"{done.users:,} users and {done.ties:,} relationships {what} erased.")
    if done.unknown:
        out.print(f"{done.unknown:,} are not in the graph.")
    if done.stale:
        out.print(f"Stale until they are made anew: {', '.join(done.stale)}.")
    if done.models:
        out.print(f"Learned with them: the models {', '.join(done.models)}.", soft_wrap=True)
    if done.projections:
        encoders = ", ".join(map(printable, done.projections))
        out.print(f"Trained with them: the encoders {encoders}.", soft_wrap=True)
    if done.rewritten:
        out.print("The store was written anew, and its logs are gone.")
    print_remarks(done.remarks)
