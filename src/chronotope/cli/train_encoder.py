"""`chronotope train-encoder`: teach the text encoder what people visit together."""

from datetime import datetime
from pathlib import Path

import click

from chronotope.cli.options import json_option
from chronotope.cli.params import MOMENT
from chronotope.cli.session import Target, out, print_json, progress_bar


@click.command(name="train-encoder")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--cut", type=MOMENT, help="Learn from the events before T; default: from all.")
@click.option("--base", metavar="ENCODER", help="Default: the encoder of the graph's texts.")
@click.option("--seed", type=int, default=0, show_default=True)
@json_option
@click.pass_obj
def train_encoder(
    target: Target, folder: Path, cut: datetime | None, base: str | None, seed: int, as_json: bool
) -> None:
    """Train a projection of an encoder on what users visit together; write it to FOLDER.

    Vectors of items that the same people visit come closer. A fifth of the items is held out, as
    if it were new, and tells when to stop; when the base is best there, nothing is written. Then
    `chronotope embed --encoder FOLDER` changes to it, in place.

    \b
    Example:  chronotope train-encoder models/ours --cut 2026-06-01
    """
    with target.client() as client, progress_bar("Training", steps=True) as progress:
        trained = client.train_encoder(folder, cut=cut, base=base, seed=seed, progress=progress)
    if as_json:
        print_json(trained.to_dict())
        return
    out.print(
        f"Items held out, NDCG@20: {trained.base} with {trained.encoder}, {trained.best} after "
        f"{trained.epochs} epochs.",
    )
    if trained.folder:
        out.print(f"Written to {folder}; use it: chronotope embed --encoder {folder}")
    else:
        out.print("No epoch was better than the base; nothing was written.")
