"""`chronotope doctor`: examine the database."""

import click
from rich.text import Text

from chronotope.cli.options import json_option
from chronotope.cli.session import Target, out, print_json
from chronotope.cli.tables import printable
from chronotope.doctor import Finding

_COLOURS = {"ok": "green", "warning": "yellow", "failed": "red"}


@click.command()
@json_option
@click.pass_obj
def doctor(target: Target, as_json: bool) -> int:
    """Examine server, schema, indexes, encoder, statistics, and the plans of recommendations.

    Recommendations are asked for, for a few users. Exit code 0 only when they can be served: this
    is a health check. Drift tells where candidates are elsewhere than when weights were learned.
    """
    with target.client() as client:
        findings = client.doctor() if as_json else client.doctor(announce=_show)
    if as_json:
        print_json(findings.to_dict())
    return int(any(finding.verdict == "failed" for finding in findings))


def _show(finding: Finding) -> None:
    verdict = Text(f"{finding.verdict:8}", _COLOURS[finding.verdict])
    text = f" {finding.subject:20} {finding.text}"
    out.print(verdict + printable(text), soft_wrap=True)
