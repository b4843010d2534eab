"""`chronotope embed`: language-model vectors for items and interests."""

from dataclasses import asdict

import click

from chronotope import language
from chronotope.cli.session import Target, json_option, out, print_json, progress_bar


@click.command()
@click.option(
    "--encoder",
    "spec",
    default=language.PACKAGED,
    show_default=True,
    help="`packaged`, a directory of a transformers model, or a hub id.",
)
@json_option
@click.pass_obj
def embed(target: Target, spec: str, as_json: bool) -> None:
    r"""Embed the texts of items and interests; texts that did not change are skipped.

    \b
    Example:  chronotope embed
    Example:  chronotope embed --encoder models/my-encoder
    """
    encoder = language.open_encoder(spec)
    with target.graph() as graph, progress_bar("Embedding") as advance:
        summary = language.embed(graph, encoder, progress=advance)
    if as_json:
        print_json({**asdict(summary), "encoder": encoder.name, "dimension": encoder.dimension})
        return
    out.print(
        f"Embedded {summary.embedded:,} texts with {encoder.name} {encoder.revision} "
        f"({encoder.dimension} dimensions); {summary.unchanged:,} unchanged, "
        f"{summary.empty:,} without text."
    )
