"""What was not checked is never told as sound."""

from __future__ import annotations

from typing import Any

from tools.audit_supply_chain import read_report, verdict


def sound(name: str) -> dict[str, Any]:
    return {"name": name, "version": "1.0", "vulns": []}


def vulnerable(name: str) -> dict[str, Any]:
    found = {"id": "CVE-2026-0001", "fix_versions": ["1.1"], "aliases": []}
    return {"name": name, "version": "1.0", "vulns": [found]}


def skipped(name: str) -> dict[str, Any]:
    return {"name": name, "skip_reason": "not found, and could not be audited"}


def report(*dependencies: dict[str, Any]) -> dict[str, Any]:
    return {"dependencies": list(dependencies), "fixes": []}


def test_sound_packages_are_counted() -> None:
    findings = read_report(report(sound("a"), sound("b")))
    assert not findings.vulnerable
    assert verdict(findings) == "2 packages checked, 0 vulnerable"


def test_a_vulnerable_package_is_named_with_what_mends_it() -> None:
    findings = read_report(report(sound("a"), vulnerable("b")))
    assert findings.vulnerable == ["b 1.0: CVE-2026-0001 (fixed in 1.1)"]
    assert verdict(findings) == "2 packages checked, 1 vulnerable"


def test_packages_that_nobody_looked_at_are_named() -> None:
    findings = read_report(report(sound("a"), skipped("b")))
    assert verdict(findings) == "1 packages checked, 0 vulnerable; not checked: b"


def test_no_network_is_not_told_as_no_vulnerabilities() -> None:
    findings = read_report(report(skipped("a"), skipped("b")))
    assert verdict(findings) == "vulnerabilities not checked: no network"
