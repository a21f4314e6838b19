"""SECURITY.md promises nothing that no test shows."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "SECURITY.md").read_text()
NAMED = re.findall(r"`(tests/[^`]*)`", DOCUMENT)


def test_every_test_that_it_names_exists() -> None:
    assert len(NAMED) > 40
    missing = []
    for name in NAMED:
        path, _, function = name.partition("::")
        source = ROOT / path
        defined = source.is_file() and re.search(
            rf"^ *def {function}\(", source.read_text(), re.MULTILINE
        )
        if not function.startswith("test_") or not defined:
            missing.append(name)
    assert not missing


def test_every_threat_has_a_defense_that_a_test_shows() -> None:
    rows = re.findall(r"^\| [STRIDE, ]+ \|.*$", DOCUMENT, re.MULTILINE)
    assert len(rows) > 40
    assert [row for row in rows if "`tests/" not in row.rsplit("|", 2)[1]] == []
