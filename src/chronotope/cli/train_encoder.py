"""`chronotope train-encoder`: teach the text encoder what people visit together."""

from datetime import UTC, datetime
from pathlib import Path

import click
import numpy as np

from chronotope import fusion, language, replay
from chronotope.cli.options import json_option
from chronotope.cli.params import parse_moment
from chronotope.cli.session import Target, out, print_json, progress_bar
from chronotope.errors import InputError
from chronotope.evaluation.metrics import Interval
from chronotope.language.projection import save_projection
from chronotope.language.texts import item_text


@click.command(name="train-encoder")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--cut", metavar="T", help="Learn from the events before T; default: from all.")
@click.option("--base", metavar="ENCODER", help="Default: the encoder of the graph's texts.")
@click.option("--seed", type=int, default=0, show_default=True)
@json_option
@click.pass_obj
def train_encoder(
    target: Target, folder: Path, cut: str | None, base: str | None, seed: int, as_json: bool
) -> None:
    """Train a projection of an encoder on what users visit together; write it to FOLDER.

    Vectors of items that the same people visit come closer. A fifth of the items is held out, as
    if it were new, and tells when to stop; when the base is best there, nothing is written. Then
    `chronotope embed --encoder FOLDER` changes to it, in place.

    \b
    Example:  chronotope train-encoder models/ours --cut 2026-06-01
    """
    fusion.require_torch()
    from chronotope.fusion import projection  # imports PyTorch, which takes seconds

    if folder.exists() and any(folder.iterdir()):
        raise InputError(f"{folder} is not empty; name a new folder.")
    moment = parse_moment(cut) if cut else datetime.now(UTC)
    with target.graph() as graph, progress_bar("Training", steps=True) as progress:
        encoder = language.open_encoder(base) if base else language.open_recorded(graph)[0]
        history = replay.read_history(graph, moment)
        rows = {row["id"]: row for row in graph.read("embed.read_items")}
        progress("embedding texts", 0, 1)
        texts = [
            item_text(row["name"], row["interests"], row["description"]) if row else ""
            for row in map(rows.get, history.items)
        ]
        vectors = np.zeros((len(texts), encoder.dimension), np.float32)
        known = [n for n, text in enumerate(texts) if text]
        prefix = encoder.prefixes.document
        vectors[known] = encoder.encode([prefix + texts[n] for n in known])
        visited = history.events.visited(len(history.items))
        found = projection.train(vectors, visited, projection.TrainOptions(seed=seed), progress)
    if found.matrix is not None:
        card = _card(folder.name, encoder, moment, found.base, found.best, found.epochs, seed)
        save_projection(folder, encoder, found.matrix, card)
    if as_json:
        numbers = {"base": found.base.plain(), "best": found.best.plain(), "epochs": found.epochs}
        print_json({**numbers, "folder": str(folder) if found.epochs else None})
        return
    out.print(
        f"Items held out, NDCG@20: {_told(found.base)} with {encoder.name}, "
        f"{_told(found.best)} after {found.epochs} epochs.",
        markup=False,
    )
    if found.epochs:
        out.print(f"Written to {folder}; use it: chronotope embed --encoder {folder}", markup=False)
    else:
        out.print("No epoch was better than the base; nothing was written.")


def _told(found: Interval) -> str:
    return f"{found.value:.4f} [{found.low:.4f}, {found.high:.4f}]"


def _card(
    name: str,
    base: language.Encoder,
    cut: datetime,
    before: Interval,
    after: Interval,
    epochs: int,
    seed: int,
) -> str:
    return f"""\
---
library_name: chronotope
tags: [sentence-similarity, interest-graph]
---
# {name}

A projection of the text encoder {base.name} (revision {base.revision}, {base.dimension}
dimensions), for chronotope: `chronotope embed --encoder FOLDER`.

- **Learned from**: pairs of items that the same users visited before {cut.isoformat()}, by InfoNCE;
  {epochs} epochs, seed {seed}. No text or id of an item or a user is in it.
- **Meant for**: vectors of items without visits (new ones), in the data that it was learned from.
  It knows that data's habits; for texts of another kind the base is the better choice.
- **Items held out, NDCG@20** ranked for users by the mean of what else they visited: base
  {_told(before)}, this {_told(after)} (95 % interval over users). The number of epochs was chosen
  on the same items, so the figure flatters a little.
- **Files**: `projection.safetensors` (the matrix), `projection.json` (what it belongs to).
"""
