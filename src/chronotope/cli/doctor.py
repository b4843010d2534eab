"""`chronotope doctor`: examine the database."""

from dataclasses import asdict

import click

from chronotope.cli.session import Target, json_option, out, print_json
from chronotope.doctor import examine

_COLOURS = {"ok": "green", "warning": "yellow", "failed": "red"}


@click.command()
@json_option
@click.pass_obj
def doctor(target: Target, as_json: bool) -> int:
    """Examine server, schema, indexes, encoder, statistics, and the plans of recommendations.

    Exit code 1 if something has failed.
    """
    with target.graph(migrated=False) as graph:
        findings = []
        for finding in examine(graph):
            findings.append(finding)
            if not as_json:
                colour = _COLOURS[finding.verdict]
                mark = f"[{colour}]{finding.verdict:8}[/{colour}]"
                out.print(f"{mark} {finding.subject:20} {finding.detail}", soft_wrap=True)
    if as_json:
        print_json([asdict(finding) for finding in findings])
    return int(any(finding.verdict == "failed" for finding in findings))
