"""mien evaluate: how good the models are on photos whose people are known."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from mien.cli.console import (
    AsJson,
    DataDir,
    Exit,
    err,
    import_progress,
    out,
    print_json,
    read_settings,
    reporting,
)
from mien.errors import InvalidRequestError, StorageError

if TYPE_CHECKING:
    from mien.evaluation.embed_photos import EmbeddedPhotos
    from mien.evaluation.lfw import PairProtocol
    from mien.inference.pipeline import BuiltinPipeline

_EXTRA = "scipy"


def evaluate(
    path: Annotated[
        Path, typer.Argument(help="A folder with pairs.txt and images/, in the layout of LFW.")
    ],
    as_json: AsJson = False,
    write_calibration: Annotated[
        Path | None,
        typer.Option(
            "--write-calibration",
            help="Also calibrate on all photos and write this file.",
            dir_okay=False,
        ),
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Measure accuracy and error rates, with intervals, on folds that share no people."""
    _require_extra(as_json=as_json)
    with reporting(as_json=as_json):
        from mien.bootstrap import load_pipeline
        from mien.evaluation.assess import assess
        from mien.evaluation.lfw import read_protocol
        from mien.evaluation.report import print_report, to_json

        if write_calibration is not None and not write_calibration.parent.is_dir():
            raise InvalidRequestError(f"{write_calibration.parent} is no folder")
        settings = read_settings(data_dir)
        protocol = read_protocol(path)
        with import_progress() as progress:
            pipeline = load_pipeline(settings, threads=1, progress=progress)
        photos = _embed(protocol, pipeline, threads=settings.workers)
        with err.status("comparing"):
            assessment = assess(
                protocol, photos, settings.quality.limits(), pipeline.contract.digest
            )
            if write_calibration is not None:
                _calibrate(protocol, photos, pipeline, write_calibration)
        if as_json:
            print_json(to_json(assessment))
        else:
            print_report(assessment, out)


def _require_extra(*, as_json: bool) -> None:
    if importlib.util.find_spec(_EXTRA):
        return
    message = "evaluation needs more packages: pip install 'mien[evaluate]'"
    if as_json:
        print_json({"error": {"code": "EXTRA_MISSING", "message": message}})
    else:
        err.print(escape(message))
    raise typer.Exit(Exit.ERROR)


def _embed(protocol: PairProtocol, pipeline: BuiltinPipeline, *, threads: int) -> EmbeddedPhotos:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    from mien.evaluation.embed_photos import embed_photos

    columns = ("embedding photos", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err) as bar:
        task = bar.add_task("")
        return embed_photos(
            protocol,
            pipeline,
            threads=threads,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )


def _calibrate(
    protocol: PairProtocol, photos: EmbeddedPhotos, pipeline: BuiltinPipeline, file: Path
) -> None:
    import numpy as np

    from mien.bootstrap import utc_now
    from mien.evaluation.assess import SEED
    from mien.evaluation.calibrate import calibrate, describe_source, format_calibration

    calibration = calibrate(
        photos,
        pipeline.contract,
        source=describe_source(protocol, photos, utc_now().date()),
        rng=np.random.default_rng(SEED),
    )
    try:
        file.write_text(format_calibration(calibration), "utf-8")
    except OSError as error:
        raise StorageError(f"{file} cannot be written: {error.strerror}") from error
