"""What stands beside a release: a bill of materials and hashes; and what an audit says."""

import hashlib
import json
import subprocess
from pathlib import Path

import pytest
import release

from chronotope.server import jars


def test_the_bill_has_the_jars_of_the_server_with_their_hashes() -> None:
    bill = {"bomFormat": "CycloneDX", "components": [{"name": "numpy"}]}
    locked = jars.read_lock()
    made = release.with_jars(bill, locked)
    assert made["bomFormat"] == "CycloneDX"
    first, *others = made["components"]
    assert first == {"name": "numpy"}
    assert [one["hashes"][0]["content"] for one in others] == [jar.sha256 for jar in locked]
    assert "pkg:maven/org.antlr/antlr4-runtime@4.13.2?type=jar" in {one["purl"] for one in others}
    assert len({one["bom-ref"] for one in others}) == len(others)


def test_hashes_are_those_of_all_other_files(tmp_path: Path) -> None:
    (tmp_path / "a.whl").write_bytes(b"wheel")
    (tmp_path / "SHA256SUMS").write_text("old")
    assert list(release.sums(tmp_path)) == [f"{hashlib.sha256(b'wheel').hexdigest()}  a.whl\n"]


FAULT = {"id": "CVE-1", "fix_versions": ["1.1"]}
NOT_AUDITED = "The service that knows vulnerabilities cannot be reached: nothing was audited.\n"


def told(*rows: dict[str, object]) -> str:
    return json.dumps({"dependencies": rows})


@pytest.mark.parametrize(
    ("out", "err", "ends", "said"),
    [
        (told({"name": "x", "version": "1.0", "vulns": []}, {"name": "y", "skip_reason": "?"}), "",
         0, "1 of 2 versions were audited: 0 vulnerabilities.\n"),
        (told({"name": "x", "version": "1.0", "vulns": [FAULT]}), "", 1,
         "x 1.0: CVE-1, mended in ['1.1']\n1 of 1 versions were audited: 1 vulnerabilities.\n"),
        (told({"name": "x", "skip_reason": "not found"}), "", 0, NOT_AUDITED),
        ("", "ServiceError: Max retries exceeded\n", 0, NOT_AUDITED),
        ("", "ERROR: broken\n", 1, "ERROR: broken\n"),
    ],
)  # fmt: skip
def test_an_audit_that_could_not_be_made_is_no_finding(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    out: str,
    err: str,
    ends: int,
    said: str,
) -> None:
    done = subprocess.CompletedProcess([], 1, out, err)
    monkeypatch.setattr(subprocess, "run", lambda *command, **given: done)
    assert release.audit(Path("constraints.txt")) == ends
    assert capsys.readouterr().out == said
