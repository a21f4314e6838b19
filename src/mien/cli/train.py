"""mien train: what mien learns from photos, and the commands that repeat it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from mien.cli.calibrate import PeopleFolder
from mien.cli.console import DataDir, Exit, err, out, read_settings, reporting
from mien.cli.measuring import (
    Judging,
    Measured,
    assess_reader,
    counting,
    require_extra,
    require_people,
    write_text,
)
from mien.errors import InvalidRequestError

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


@train.command()
def liveness(
    path: Annotated[
        Path,
        typer.Argument(
            help="bona_fide/SOURCE/ beside a folder SPECIES/SOURCE/ for each kind of attack, or "
            "labels.csv with file, source and label.",
            file_okay=False,
        ),
    ],
    epochs: Annotated[int, typer.Option(help="Times that it sees every face.", min=1)] = 6,
    keep: Annotated[
        bool, typer.Option("--keep", help="Use it even where it does worse than without it.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Train a network against presentation attacks on photos of your own cameras.

    First without each source in turn, to tell how well it does on what it has not seen; then on
    all of them, for use from the next start on, if that makes mien better.
    """
    require_extra("train", as_json=False)
    with reporting(as_json=False):
        from mien.bootstrap.clock import utc_now
        from mien.evaluation.pad.protocol import LAYOUT, read_protocol
        from mien.evaluation.pad.tables import make_notes, make_tables
        from mien.evaluation.report import print_tables
        from mien.learning.liveness import Training, train_network
        from mien.learning.liveness_samples import collect_samples
        from mien.learning.liveness_trained import (
            assess_trained,
            is_worth_keeping,
            keep_trained,
        )

        protocol = read_protocol(path)
        if protocol is None:
            raise InvalidRequestError(f"{path} holds no presentations: {LAYOUT}")
        judging = Judging.load(data_dir, with_trained=False)
        training = Training(epochs=epochs, threads=judging.settings.workers)
        with counting("finding faces") as count:
            samples = collect_samples(protocol, judging.pipeline, count)
        judged = judging.judge(protocol) if judging.detector.can_check else None
        with counting("training without each source") as count:
            assessment = assess_trained(protocol, samples, judged, training, count)
        print_tables(make_tables(assessment), make_notes(assessment), out)
        if not (keep or is_worth_keeping(assessment)):
            err.print(
                "not kept: on sources that it has not seen, more attacks pass with it than "
                "without it. More sources help more than more photos; --keep uses it all the same."
            )
            raise typer.Exit(Exit.REFUSED)
        with counting("training on all") as count:
            network = train_network(samples, training, count)
        written = keep_trained(
            judging.settings.data_dir / "models", network, assessment, today=utc_now().date()
        )
        err.print(f"written: {escape(str(written))}", soft_wrap=True)


@train.command()
def temporal(
    path: Annotated[
        Path,
        typer.Argument(
            help="genuine/ with video files of people in live sessions and, if there are any, "
            "attack/SPECIES/ with those of attacks.",
            file_okay=False,
        ),
    ],
    epochs: Annotated[int, typer.Option(help="Times that it sees every session.", min=1)] = 25,
    width: Annotated[int, typer.Option(help="Units of the network.", min=4, max=64)] = 24,
    keep: Annotated[
        bool, typer.Option("--keep", help="Use it even where it is of little use.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Train a network that judges whole live sessions, on clips of your own cameras.

    Without clips of attacks they are made out of the genuine ones: a still photo, a cut, a
    swapped face, a loop. Each clip is tried with a model that has not seen it.
    """
    require_extra("train", as_json=False)
    with reporting(as_json=False):
        from mien.evaluation.report import print_tables
        from mien.learning.temporal import NOTES, Training, assess, is_worth_keeping, make_table
        from mien.learning.temporal_trained import keep_trained, load_takes

        settings = read_settings(data_dir)
        training = Training(epochs, width, threads=settings.workers)
        with counting("reading clips") as count:
            takes, makes = load_takes(path, settings, count)
        with counting("training without each clip") as count:
            assessment = assess(takes, training, count, makes=makes)
        print_tables([make_table(assessment)], NOTES, out)
        if not (keep or is_worth_keeping(assessment)):
            err.print(
                "not kept: in clips that it has not seen it refuses too many people, or too few "
                "attacks: the rules decide alone. More people and cameras help more than longer "
                "clips; --keep uses it all the same."
            )
            raise typer.Exit(Exit.REFUSED)
        with err.status("training on all"):
            written = keep_trained(path.name, settings, takes, assessment, training, makes=makes)
        err.print(f"written: {escape(str(written))}", soft_wrap=True)


@train.command()
def expression(
    path: Annotated[Path, typer.Argument(help="FER+, as a .npz or the folder that holds it.")],
    write: Annotated[
        Path,
        typer.Option(help="Folder for the network and its model card.", file_okay=False),
    ],
    epochs: Annotated[int, typer.Option(help="Times that it sees every face.", min=1)] = 36,
    data_dir: DataDir = None,
) -> None:
    """Train the network that reads expressions, and measure it on faces that it has not seen.

    The same faces, epochs and MIEN_WORKERS give the same network on one kind of machine.
    """
    require_extra("train", as_json=False)
    with reporting(as_json=False):
        from mien.bootstrap.clock import utc_now
        from mien.evaluation.expression.ferplus import read_ferplus
        from mien.evaluation.expression.tables import make_notes, make_tables
        from mien.evaluation.report import print_tables
        from mien.inference.expression.load import open_trained
        from mien.learning.expression import Training, to_onnx, train_network
        from mien.learning.expression_card import Made, write_card, write_network

        settings = read_settings(data_dir)
        parts = read_ferplus(path)
        training = Training(epochs=epochs, threads=settings.workers)
        started_s = time.monotonic()
        with counting("training") as count:
            network = train_network(parts.taught, training, count)
        made = Made(
            training,
            parameters=sum(weights.numel() for weights in network.parameters()),
            taught_on=len(parts.taught.with_plurality()),
            seconds=time.monotonic() - started_s,
            today=utc_now().date(),
        )
        file = write_network(write, to_onnx(network))
        reader = open_trained(file, threads=settings.workers)
        assessment = assess_reader(path.name, parts.held_out, reader, settings)
        print_tables(make_tables(assessment), make_notes(assessment), out)
        card = write_card(file, made, assessment)
        err.print(f"written: {escape(str(file))}, {escape(str(card))}", soft_wrap=True)
