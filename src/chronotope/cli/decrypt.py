"""`chronotope decrypt`: what an encrypted file holds."""

import sys
from pathlib import Path

import click

from chronotope.cli.options import overwrite_option
from chronotope.cli.session import ask_passphrase, out
from chronotope.cli.tables import printable
from chronotope.client import decrypt as decrypt_file


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="Default: the name without .encrypted.",
)
@overwrite_option
def decrypt(file: Path, output: Path | None, overwrite: bool) -> None:
    """Write what an encrypted FILE holds where nobody else can read it.

    It is opened by the keys (chronotope keys), or by the passphrase that it was encrypted with:
    CHRONOTOPE_PASSPHRASE, else it is asked. Nothing stays of a file that was changed or cut off.

    \b
    Example:  chronotope decrypt neo4j.dump.encrypted
    """
    ask = ask_passphrase if sys.stdin.isatty() else None
    place = decrypt_file(file, output, overwrite=overwrite, ask=ask)
    out.print(printable(f"Wrote {place}."), soft_wrap=True)
