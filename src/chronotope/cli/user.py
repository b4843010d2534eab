"""`chronotope user`: what one person may ask for."""

import click

from chronotope.cli.options import json_option
from chronotope.cli.session import Target, out, print_json, print_remarks, progress_bar


@click.group()
def user() -> None:
    """Export or erase all that the graph holds on one person, by id or by pseudonym."""


@user.command()
@click.argument("name", metavar="ID")
@click.pass_obj
def export(target: Target, name: str) -> None:
    """Print all that the graph holds on a user, as JSON; docs/privacy.md describes its form."""
    with target.client() as client:
        print_json(client.export_user(name).to_dict())


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
    if done.rewritten:
        out.print("The store was written anew, and its logs are gone.")
    print_remarks(done.remarks)
