"""`chronotope report`: pages that open from the file system, without a network."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from chronotope import pages
from chronotope.cli.options import at_option, here_option, overwrite_option, people_option
from chronotope.cli.session import Target, print_remarks, progress_bar, talk
from chronotope.errors import InputError

if TYPE_CHECKING:
    from chronotope.client import Client, Coordinates
    from chronotope.language import Language
    from chronotope.pages.page import Section
    from chronotope.progress import Progress

_Found = TypeVar("_Found")
_SHOWN = 10
_GAPS, _SITES = 4, 3  # interests of the city whose gaps are shown, and sites proposed for each


def _page_options(command: Any) -> Any:
    for option in reversed(_PAGE):
        command = option(command)
    return command


_PAGE = (
    click.option(
        "--output",
        "folder",
        required=True,
        type=click.Path(path_type=Path, file_okay=False),
        help="The folder of the page, which is made.",
    ),
    click.option(
        "--language", type=click.Choice(["en", "zh"]), default="en", help="Of the page's words."
    ),
    overwrite_option,
)
_FEW = click.option(
    "--min-users",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    help="Nothing is told of fewer people.",
)
_DAYS = click.option(
    "--days",
    type=click.FloatRange(min=1),
    default=90.0,
    show_default=True,
    help="An event counts e^(-age / DAYS).",
)


@click.group()
def report() -> None:
    """Make pages to look at, each of which is one file that asks no machine for anything.

    They need the extra `pages`. A page has the data that it shows, and no other.
    """


@report.command()
@click.argument("name", metavar="USER")
@at_option
@here_option
@_page_options
@click.pass_obj
def user(
    target: Target,
    name: str,
    at: datetime | None,
    here: "Coordinates | None",
    folder: Path,
    language: "Language",
    overwrite: bool,
) -> None:
    """Show what USER does, when and where, and what comes next: with the terms of each score.

    \b
    Example:  chronotope report user resident-001 --output page --at 2026-06-29T08:00:00+02:00
    """
    pages.check(folder, overwrite=overwrite)
    with target.client() as client:
        profile = client.profile(name, at=at, language=language)
        sections = pages.user_sections(
            profile,
            client.rhythm(name, at=profile.at, k=_SHOWN),
            client.tags(name, at=profile.at),
            client.suggest(name, at=profile.at, here=here, k=_SHOWN),
            language,
        )
        _write(folder, pages.words("user", language, name=name), language, sections, overwrite)


@report.command()
@at_option
@_DAYS
@_FEW
@people_option
@click.option("--seed", type=int, default=0, show_default=True, help="Of communities.")
@_page_options
@click.pass_obj
def city(
    target: Target,
    at: datetime | None,
    days: float,
    min_users: int,
    people: bool,
    seed: int,
    folder: Path,
    language: "Language",
    overwrite: bool,
) -> None:
    """Show where people are by hour, hotspots, flows, what they turn to and lack, and communities.

    No person is in it, but for the key people of --people, and no number of fewer than --min-users.

    \b
    Example:  chronotope report city --output page --at 2026-06-30
    """
    pages.check(folder, overwrite=overwrite)
    with target.client() as client, progress_bar("Reading") as progress:
        overview = client.overview(at=at, days=days, min_users=min_users, progress=progress)
        communities = None
        try:
            communities = client.communities(
                at=overview.at, days=days, seed=seed, min_users=min_users, people=people,
                progress=progress,
            )  # fmt: skip
        except InputError as problem:
            print_remarks([str(problem)])
        found = [turn.id for turn in overview.interests[:_GAPS]]
        asked = _Asked(client, overview.at, min_users, language, progress)
        sections = [
            *pages.city_sections(overview, None, language),
            *asked.sections(None, found),
            *pages.community_sections(communities, language),
        ]
    _write(folder, pages.words("city", language), language, sections, overwrite)


@report.command()
@click.argument("name", metavar="INTEREST")
@at_option
@_DAYS
@_FEW
@_page_options
@click.pass_obj
def interest(
    target: Target,
    name: str,
    at: datetime | None,
    days: float,
    min_users: int,
    folder: Path,
    language: "Language",
    overwrite: bool,
) -> None:
    """Show when and where an INTEREST lives, by name or id; narrower ones count.

    \b
    Example:  chronotope report interest "Coffee Shop" --output page
    """
    pages.check(folder, overwrite=overwrite)
    with target.client() as client, progress_bar("Reading") as progress:
        found = client.overview(name, at=at, days=days, min_users=min_users, progress=progress)
        about = found.interest or {}
        asked = _Asked(client, found.at, min_users, language, progress)
        sections = [
            *pages.city_sections(found, None, language),
            *asked.sections(about["id"], [about["id"]]),
        ]
    title = pages.words("interest", language, name=about["name"])
    _write(folder, title, language, sections, overwrite)


@report.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@_page_options
def evaluation(file: Path, folder: Path, language: "Language", overwrite: bool) -> None:
    """Show an evaluation: its table, intervals and ablation. FILE has what --json printed.

    \b
    Example:  chronotope report evaluation discover.json --output page
    """
    pages.check(folder, overwrite=overwrite)
    told = pages.read_evaluation(file)
    title = pages.words("evaluation", language, name=told["task"])
    _write(folder, title, language, pages.evaluation_sections(told, language), overwrite)


@dataclass(frozen=True)
class _Asked:
    """Asks for what maps show; what there is too little for is left out, and said."""

    client: "Client"
    at: datetime
    min_users: int
    language: "Language"
    progress: "Progress"

    def sections(self, interest: str | None, lacking: Sequence[str]) -> Iterator["Section"]:
        """Yield hotspots and flows, of an interest or of all, and gaps of some interests."""
        given: dict[str, Any] = {"at": self.at, "min_users": self.min_users}
        self.progress("hotspots", 0, None)
        hot = (
            (part, self._told(self.client.hotspots, interest, hours=hours, **given))
            for part, hours in pages.PARTS.items()
        )  # fmt: skip
        if parts := [(part, found) for part, found in hot if found]:
            yield pages.hotspot_section(parts, self.language)
        self.progress("flows", 0, None)
        flows = self._told(self.client.flows, interest, k=pages.FLOWS, **given)
        if flows:
            yield pages.flow_section(flows, self.language)
        self.progress("gaps", 0, None)
        gaps = (self._told(self.client.gaps, one, facilities=_SITES, **given) for one in lacking)
        if missing := [one for one in gaps if one]:
            yield pages.gap_section(missing, self.language)

    def _told(self, ask: Callable[..., _Found], *given: Any, **more: Any) -> _Found | None:
        try:
            return ask(*given, **more)
        except InputError as problem:
            print_remarks([str(problem)])
            return None


def _write(
    folder: Path, title: str, language: str, sections: Iterable["Section"], overwrite: bool
) -> None:
    place = pages.write(folder, title, language, list(sections), overwrite=overwrite)
    talk.print(f"Open {place.resolve()}", soft_wrap=True, markup=False)
