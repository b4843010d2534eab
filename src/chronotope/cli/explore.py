"""`chronotope explore`: the live page, in a browser of this machine."""

import webbrowser
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING

import click

from chronotope import explore as room
from chronotope.cli.options import min_users_option
from chronotope.cli.session import Target, out, talk

if TYPE_CHECKING:
    from chronotope.language import Language


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Of 127.0.0.1; default: a free one."
)
@click.option("--no-browser", is_flag=True, help="Open no browser; print the link alone.")
@click.option("--write", is_flag=True, help="Have a button that keeps an event that was tried.")
@click.option(
    "--language", type=click.Choice(["en", "zh"]), default="en", help="Of the page's words."
)
@min_users_option
@click.pass_obj
def explore(
    target: Target, port: int, no_browser: bool, write: bool, language: "Language", min_users: int
) -> None:
    """Look at the graph in a browser: the city by hour, a user, and what is recommended and why.

    Choose a user, a moment and a place on the map; ask why an item is recommended or why not; try
    an event and see the next answer beside the one before: it is rolled back, unless --write keeps
    it. The page is served to this machine alone, and the link that is printed is good once. It ends
    with Ctrl-C. Needs the extra pages.

    \b
    Example:  chronotope --demo explore
    Example:  chronotope explore --port 8765 --no-browser --language zh
    """
    room.check()

    def announce(link: str) -> None:
        out.print(f"Open {link}", soft_wrap=True)
        talk.print("It is good once, on this machine. Ctrl-C ends the page.", style="dim")
        if not no_browser:
            # Some browsers return when they are closed; the page has to be served meanwhile.
            Thread(target=webbrowser.open, args=(link,), daemon=True).start()

    with target.client() as client, suppress(KeyboardInterrupt):
        room.serve(
            client, port=port, language=language, write=write, min_users=min_users,
            announce=announce,
        )  # fmt: skip
    talk.print("The page is closed.")
