"""`chronotope embed`: language-model vectors for items and interests."""

from dataclasses import asdict

import click

from chronotope import language
from chronotope.cli.session import Target, json_option, out, print_json, progress_bar


@click.command()
@click.option(
    "--encoder",
    "spec",
    help="`packaged`, a directory of a model, a hub id, or an endpoint and its model.",
)
@click.option("--query-prefix", help="Put before a question; default: what the model names.")
@click.option("--document-prefix", help="Put before a text; default: what the model names.")
@json_option
@click.pass_obj
def embed(
    target: Target,
    spec: str | None,
    query_prefix: str | None,
    document_prefix: str | None,
    as_json: bool,
) -> None:
    r"""Embed the texts of items, interests and profiles; texts that did not change are skipped.

    Without --encoder the one that the graph was embedded with goes on; the first time it is the
    packaged one. Another one takes over in place: meanwhile searches go by what is done, and an
    interrupted run goes on where it was. An endpoint is one in the OpenAI form; its key, if it
    wants one, comes from CHRONOTOPE_API_KEY.

    \b
    Example:  chronotope embed
    Example:  chronotope embed --encoder models/my-encoder
    Example:  chronotope embed --encoder http://localhost:8080/v1#bge-m3
    """
    prefixes = None
    if query_prefix is not None or document_prefix is not None:
        prefixes = language.Prefixes(query_prefix or "", document_prefix or "")
    with target.graph() as graph, progress_bar("Embedding") as progress:
        recorded = graph.read("embed.read_encoder")
        if spec is None and recorded:
            spec = recorded[0]["spec"]
            prefixes = prefixes or language.Prefixes(
                recorded[0]["queryPrefix"], recorded[0]["documentPrefix"]
            )
        encoder = language.open_encoder(spec or language.PACKAGED, prefixes)
        summary = language.embed(graph, encoder, progress=progress)
    if as_json:
        print_json({**asdict(summary), "encoder": encoder.name, "dimension": encoder.dimension})
        return
    out.print(
        f"Embedded {summary.embedded:,} texts with {encoder.name} {encoder.revision} "
        f"({encoder.dimension} dimensions); {summary.unchanged:,} unchanged, "
        f"{summary.empty:,} without text."
    )
