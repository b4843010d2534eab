"""`chronotope embed`: language-model vectors for items and interests."""

import click

from chronotope.cli.options import json_option
from chronotope.cli.session import Target, out, print_json, progress_bar


@click.command()
@click.option(
    "--encoder", help="`packaged`, a directory of a model, a hub id, or an endpoint and its model."
)
@click.option("--query-prefix", help="Put before a question; default: what the model names.")
@click.option("--document-prefix", help="Put before a text; default: what the model names.")
@json_option
@click.pass_obj
def embed(
    target: Target,
    encoder: str | None,
    query_prefix: str | None,
    document_prefix: str | None,
    as_json: bool,
) -> None:
    """Embed the texts of items, interests and profiles; texts that did not change are skipped.

    Without --encoder the one that the graph was embedded with goes on; the first time it is the
    packaged one. Another one takes over in place: meanwhile searches go by what is done, and an
    interrupted run goes on where it was. An endpoint is one in the OpenAI form; its key, if it
    wants one, comes from CHRONOTOPE_API_KEY. Later commands, which take the encoder from the graph,
    send the key to the server of CHRONOTOPE_API_URL alone.

    \b
    Example:  chronotope embed
    Example:  chronotope embed --encoder models/my-encoder
    Example:  chronotope embed --encoder http://localhost:8080/v1#bge-m3
    """
    with target.client() as client, progress_bar("Embedding") as progress:
        embedded = client.embed(
            encoder, query_prefix=query_prefix, document_prefix=document_prefix, progress=progress
        )
    if as_json:
        print_json(embedded.to_dict())
    else:
        out.print(
            f"Embedded {embedded.embedded:,} texts with {embedded.encoder} {embedded.revision} "
            f"({embedded.dimension} dimensions); {embedded.unchanged:,} unchanged, "
            f"{embedded.empty:,} without text."
        )
