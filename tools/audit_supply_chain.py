"""Lists what mien is made of, and looks for known vulnerabilities in it.

    python tools/audit_supply_chain.py [LOCK_FILE]

Writes build/sbom.json (CycloneDX) from the lock file. Exits 1 when a locked version is known to
be vulnerable. What the network does not let it check it says, and does not fail for.
"""

# ruff: noqa: INP001, S603, T201 - a script, which starts the tools beside it and prints findings

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SBOM = Path("build/sbom.json")
LOCK = "requirements.lock"


@dataclass(frozen=True, slots=True)
class Findings:
    """What an audit said. vulnerable: `name version: ids`; unchecked: names."""

    vulnerable: Sequence[str]
    unchecked: Sequence[str]
    checked: int


def read_report(report: dict[str, Any]) -> Findings:
    """Read the JSON report of pip-audit."""
    dependencies = report["dependencies"]
    checked = [found for found in dependencies if "skip_reason" not in found]
    return Findings(
        vulnerable=[_line(found) for found in checked if found["vulns"]],
        unchecked=[found["name"] for found in dependencies if "skip_reason" in found],
        checked=len(checked),
    )


def verdict(findings: Findings) -> str:
    """Say in one line what was found, and what nobody looked at."""
    if not findings.checked:
        return "vulnerabilities not checked: no network"
    said = f"{findings.checked} packages checked, {len(findings.vulnerable)} vulnerable"
    if findings.unchecked:
        said += f"; not checked: {', '.join(findings.unchecked)}"
    return said


def main(lock: str) -> int:
    """Write the list, run the audit; return the exit code."""
    SBOM.parent.mkdir(exist_ok=True)
    _run("cyclonedx_py", "requirements", lock, "--output-reproducible", "-o", str(SBOM), check=True)
    print(f"{SBOM}: {len(json.loads(SBOM.read_text())['components'])} packages of {lock}")
    done = _run("pip_audit", "-r", lock, "--disable-pip", "--progress-spinner", "off", "-f", "json")
    try:
        findings = read_report(json.loads(done.stdout))
    except ValueError:  # it ends without a report when its service cannot be reached
        print(f"vulnerabilities not checked: pip-audit told\n{done.stderr.strip()[-500:]}")
        return 0
    print(verdict(findings))
    print("".join(f"  {line}\n" for line in findings.vulnerable), end="")
    return 1 if findings.vulnerable else 0


def _line(found: dict[str, Any]) -> str:
    ids = ", ".join(
        f"{v['id']} (fixed in {', '.join(v['fix_versions']) or 'none'})" for v in found["vulns"]
    )
    return f"{found['name']} {found['version']}: {ids}"


def _run(module: str, *arguments: str, check: bool = False) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, *arguments], capture_output=True, text=True, check=check
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:] or [LOCK]))
