"""mien train: what mien learns from photos, and the commands that repeat it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mien.cli.calibrate import PeopleFolder
from mien.cli.console import DataDir, err, out, read_settings, reporting
from mien.cli.measuring import Measured, require_extra, require_people, write_text

train = typer.Typer(help="Train what mien learns from data.", no_args_is_help=True)


@train.command()
def fusion(
    path: PeopleFolder,
    write: Annotated[
        Path | None,
        typer.Option(help="Write the fusion and its calibration into this file.", dir_okay=False),
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Learn how to weigh a pack's models, and compare that on people it has not seen."""
    require_extra(as_json=False)
    with reporting(as_json=False):
        import numpy as np

        from mien.bootstrap.clock import utc_now
        from mien.evaluation.assess import SEED
        from mien.evaluation.calibrate import calibrate, describe_source, format_calibration
        from mien.evaluation.recognize import read_protocol
        from mien.learning.compare_fusions import compare_fusions, print_fusions
        from mien.learning.fusion import CrossFitted, train_fusion

        protocol = read_protocol(path)
        require_people(protocol)
        measured = Measured.embed(protocol, data_dir)
        photos, contract = measured.photos, measured.pipeline.contract
        with err.status("training on all but two folds at a time"):
            cross_fitted = CrossFitted(contract.parts, protocol, photos)
        with err.status("comparing"):
            print_fusions(compare_fusions(protocol, photos, contract.parts, cross_fitted), out)
        if write is None:
            return
        with err.status("calibrating"):
            calibration = calibrate(
                photos,
                contract.digest,
                source=describe_source(
                    protocol,
                    photos,
                    today=utc_now().date(),
                    command=f"mien train fusion {protocol.name}",
                ),
                rng=np.random.default_rng(SEED),
                compare=cross_fitted,
            )
        learned = train_fusion(photos, np.ones(len(photos.people), dtype=np.bool_))
        write_text(write, format_calibration(calibration, learned))


@train.command()
def ranges(
    photos: Annotated[Path, typer.Argument(help="A folder of photos with faces.", file_okay=False)],
    write: Annotated[Path, typer.Option(help="Folder to write to.", file_okay=False)],
    data_dir: DataDir = None,
) -> None:
    """Measure how large the values inside the pack's embedders get: int8 is scaled by that."""
    with reporting(as_json=False):
        import json

        from mien.learning.ranges import measure_pack_ranges

        for model, measured in measure_pack_ranges(photos, read_settings(data_dir)):
            write_text(write / f"{model}.json", json.dumps(measured, indent=0) + "\n")
