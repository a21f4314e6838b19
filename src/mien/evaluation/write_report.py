"""Writes an evaluation into a folder: report.html, report.json and the plots."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from mien.core.quality import QualityLimits
from mien.errors import StorageError
from mien.evaluation.assess import Assessment
from mien.evaluation.curves import trace_curves
from mien.evaluation.embed_photos import EmbeddedPhotos
from mien.evaluation.html_report import render_html
from mien.evaluation.plots import Picture, draw_pictures
from mien.evaluation.protocol import PairProtocol
from mien.evaluation.report import to_json
from mien.evaluation.tables import make_notes, make_tables


def write_report(
    folder: Path,
    protocol: PairProtocol,
    photos: EmbeddedPhotos,
    assessment: Assessment,
    limits: QualityLimits,
    *,
    today: date,
) -> tuple[Path, ...]:
    """Write the files, over older ones, and return their paths; raise StorageError."""
    curves = trace_curves(protocol, photos, assessment, limits)
    pictures = tuple(draw_pictures(curves, assessment))
    page = render_html(
        name=assessment.protocol,
        today=today,
        tables=make_tables(assessment),
        notes=make_notes(assessment),
        pictures=pictures,
    )
    return write_files(folder, page, to_json(assessment), pictures)


def write_files(
    folder: Path, page: str, values: Mapping[str, object], pictures: Sequence[Picture]
) -> tuple[Path, ...]:
    """Write a page, its values and its plots, over older ones; raise StorageError."""
    contents = {
        "report.html": page.encode(),
        "report.json": (json.dumps(values, indent=1) + "\n").encode(),
        **{f"{picture.name}.png": picture.light for picture in pictures},
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        raise StorageError(f"{folder} cannot be written to: {error.strerror}") from error
    return tuple(folder / name for name in contents)
