"""mien calibrate: what similarities are worth on photos of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mien.cli.console import DataDir, err, reporting
from mien.cli.measuring import FUSION_OF, Measured, require_extra, require_people, write_text

PeopleFolder = Annotated[
    Path,
    typer.Argument(
        help="A folder with a folder of photos for each person, or any protocol that "
        "`mien evaluate` reads and that names people."
    ),
]


def calibrate(
    path: PeopleFolder,
    write: Annotated[
        Path | None,
        typer.Option(help="File to write.", show_default="into the data folder", dir_okay=False),
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Measure error rates by similarity, so that thresholds keep the rates asked for.

    What is written into the data folder goes before what is shipped, from the next start on.
    """
    require_extra(as_json=False)
    with reporting(as_json=False):
        import numpy as np

        from mien.bootstrap.clock import utc_now
        from mien.evaluation.assess import SEED
        from mien.evaluation.calibrate import calibrate as measure
        from mien.evaluation.calibrate import describe_source, format_calibration
        from mien.evaluation.recognize import read_protocol

        protocol = read_protocol(path)
        require_people(protocol)
        measured = Measured.embed(protocol, data_dir)
        measured.warn_if_taught()
        digest = measured.pipeline.contract.digest
        command = f"mien calibrate {protocol.name}"
        if measured.trained_on is not None:
            command += f", {FUSION_OF}{measured.trained_on}"
        with err.status("comparing"):
            calibration = measure(
                measured.photos,
                digest,
                source=describe_source(
                    protocol, measured.photos, today=utc_now().date(), command=command
                ),
                rng=np.random.default_rng(SEED),
            )
        folder = measured.settings.data_dir / "calibrations"
        text = format_calibration(calibration, measured.fusion)
        write_text(write or folder / f"{digest}.json", text)
