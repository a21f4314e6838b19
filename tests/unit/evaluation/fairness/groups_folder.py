"""Writes labelled folders for tests: the photos are there by name, and are none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def write_labels(folder: Path, header: str, rows: Sequence[str]) -> Path:
    """Write labels.csv and a file for the first word of each row; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for row in rows:
        (folder / row.split(",")[0]).write_bytes(b"no photo")
    (folder / "labels.csv").write_text("\n".join([header, *rows]) + "\n")
    return folder
