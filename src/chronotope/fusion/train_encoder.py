"""Train a projection of a text encoder on what users visit together, and write it as an encoder."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from chronotope import language, outputs, replay
from chronotope.fusion.projection import Trained, TrainOptions, require_torch, train
from chronotope.graph import Graph
from chronotope.language import item_text, save_projection
from chronotope.progress import Progress, silent
from chronotope.replay import History


def train_encoder(
    graph: Graph,
    folder: Path,
    *,
    cut: datetime | None = None,
    base: str | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> tuple[language.Encoder, Trained]:
    """Train a projection of `base` on the events before `cut`; write it to a new folder.

    `base` is the encoder of the graph's texts unless another one is named. Nothing is written when
    it is the best on the items that were held out. The graph remembers the name of the projection,
    for it saw its users. Returns the base and what was trained.

    Raises InputError for a folder that is not empty or cannot be written, when too little was
    visited together, and when PyTorch is not there.
    """
    require_trainable(folder, base)
    moment = cut or datetime.now(UTC)
    encoder = language.open_encoder(base) if base else language.open_recorded(graph)[0]
    history = replay.read_history(graph, moment)
    trained = train_projection(graph, history, encoder, seed, progress)
    if trained.matrix is not None:
        card = model_card(folder.name, encoder, moment, trained, seed)
        save_projection(folder, encoder, trained.matrix, card)
        graph.write("embed.record_projection", {"name": folder.resolve().name})
    return encoder, trained


def require_trainable(folder: Path, base: str | None) -> None:
    """Raise InputError or EncoderError for what tells by itself that nothing can be trained."""
    require_torch()
    outputs.check_new_folder(folder)
    if base is not None:
        language.check_spec(base)


def train_projection(
    graph: Graph,
    history: History,
    encoder: language.Encoder,
    seed: int = 0,
    progress: Progress = silent,
) -> Trained:
    """Train a projection of an encoder on a history of the graph's items, those with a text."""
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
    return train(vectors, history.events.visited(len(texts)), TrainOptions(seed), progress)


def model_card(
    name: str, base: language.Encoder, cut: datetime, trained: Trained, seed: int
) -> str:
    """Return the model card: what the projection is, what taught it, and how good it is."""
    return f"""\
---
library_name: chronotope
tags: [sentence-similarity, interest-graph]
---
# {name}

A projection of the text encoder {base.name} (revision {base.revision}, {base.dimension}
dimensions), for chronotope: `chronotope embed --encoder FOLDER`.

- **Learned from**: pairs of items that the same users visited before {cut.isoformat()}, by InfoNCE;
  {trained.epochs} epochs, seed {seed}. No text or id of an item or a user is in it.
- **Meant for**: vectors of items without visits (new ones), in the data that it was learned from.
  It knows that data's habits; for texts of another kind the base is the better choice.
- **Items held out, NDCG@20** ranked for users by the mean of what else they visited: base
  {trained.base}, this {trained.best} (95 % interval over users).
  The number of epochs was chosen on the same items, so the figure flatters a little.
- **Files**: `projection.safetensors` (the matrix), `projection.json` (what it belongs to).
"""
