"""mien emotion video: what the faces of a video express over time."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TimeRemainingColumn
from rich.table import Table

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
from mien.cli.measuring import require_extra, write_text

if TYPE_CHECKING:
    from mien.core.expression import ExpressionShares
    from mien.core.expression_timeline import ExpressionTimeline, FollowedFace

_LIKELIEST = 3
"""Expressions that the table shows of a face."""


def video(
    file: Annotated[
        Path,
        typer.Argument(help="An MP4, MOV, WebM, MKV or AVI file.", exists=True, dir_okay=False),
    ],
    data_dir: DataDir = None,
    frames_per_second: Annotated[
        float, typer.Option(min=1, max=10, help="How many frames of a second are looked at.")
    ] = 4.0,
    csv_file: Annotated[
        Path | None, typer.Option("--csv", help="Write a line for each face of each frame.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(help="Draw the expressions over time to this PNG.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Follow every face of a video, and read its expression over time; exits 4 without a face."""
    if plot is not None:
        require_extra(as_json=as_json)
    with reporting(as_json=as_json):
        timeline = _read(file, data_dir, frames_per_second)
        if csv_file is not None:
            write_text(csv_file, _csv(timeline))
        if plot is not None:
            _draw(timeline, file.name, plot)
    if as_json:
        print_json(_as_json(timeline))
    else:
        out.print(_table(timeline) if timeline.tracks else "no face was found")
    if not timeline.tracks:
        raise typer.Exit(Exit.BAD_IMAGE)


def _read(file: Path, data_dir: Path | None, frames_per_s: float) -> ExpressionTimeline:
    from mien.bootstrap.emotion import ExpressionModels
    from mien.bootstrap.following import video_reader

    settings = read_settings(data_dir)
    with import_progress() as progress:
        models = ExpressionModels.load(settings, threads=os.cpu_count() or 1, progress=progress)
    read = video_reader(settings, models.read_expressions)
    with _bar() as proceed:
        timeline = read(file, frames_per_s, proceed)
    if timeline is None:
        raise typer.Abort
    return timeline


@contextmanager
def _bar() -> Iterator[Callable[[float], bool]]:
    """Draw how much is done on stderr; nobody cancels but with Ctrl-C."""
    columns = ("reading frames", BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err) as bar:
        task = bar.add_task("", total=1.0)

        def proceed(share: float) -> bool:
            bar.update(task, completed=share)
            return True

        yield proceed
        bar.update(task, completed=1.0)


def _draw(timeline: ExpressionTimeline, title: str, target: Path) -> None:
    from mien.errors import StorageError
    from mien.evaluation.timeline_plot import draw_timeline

    try:
        target.write_bytes(draw_timeline(timeline, title))
    except OSError as error:
        raise StorageError(f"{target} cannot be written: {error.strerror}") from error
    err.print(f"written: {target}", soft_wrap=True, markup=False)


def _csv(timeline: ExpressionTimeline) -> str:
    from mien.core.expression import Expression

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    place = ("left", "top", "right", "bottom")
    writer.writerow(("at_s", "track", *place, "expression", "valence", "arousal", *Expression))
    for moment in timeline.moments:
        for face in moment.faces:
            values = (*_box(face), *face.shares.shares)
            numbers = [f"{value:.4f}" for value in values]
            affect = face.shares.affect
            writer.writerow(
                (
                    f"{moment.at_s:.3f}",
                    face.track,
                    *numbers[: len(place)],
                    face.shares.likeliest,
                    f"{affect.valence:.4f}",
                    f"{affect.arousal:.4f}",
                    *numbers[len(place) :],
                )
            )
    return text.getvalue()


def _as_json(timeline: ExpressionTimeline) -> dict[str, object]:
    from mien.core.expression_timeline import TIME_CONSTANT_S

    return {
        "duration_s": timeline.duration_s,
        "width": timeline.width,
        "height": timeline.height,
        "time_constant_s": TIME_CONSTANT_S,
        "frames": [
            {
                "at_s": moment.at_s,
                "faces": [
                    {"track": face.track, "box": _box(face), **_described(face.shares)}
                    for face in moment.faces
                ],
            }
            for moment in timeline.moments
        ],
        "tracks": [
            {
                "track": track.track,
                "first_s": track.first_s,
                "last_s": track.last_s,
                "frames": track.moments,
                **_described(track.mean),
                "share_of_time": dict(track.share_of_time),
            }
            for track in timeline.tracks
        ],
    }


def _described(shares: ExpressionShares) -> dict[str, object]:
    from mien.core.expression import Expression

    return {
        "expression": shares.likeliest,
        "probabilities": {expression: shares[expression] for expression in Expression},
        "valence": shares.affect.valence,
        "arousal": shares.affect.arousal,
    }


def _box(face: FollowedFace) -> tuple[float, float, float, float]:
    return face.box.left, face.box.top, face.box.right, face.box.bottom


def _table(timeline: ExpressionTimeline) -> Table:
    from mien.core.expression import Expression

    table = Table("face", "seen", "frames", "on average", "share of time")
    for track in timeline.tracks:
        likeliest = sorted(Expression, key=track.mean.__getitem__, reverse=True)[:_LIKELIEST]
        longest = sorted(Expression, key=track.share_of_time.__getitem__, reverse=True)
        table.add_row(
            str(track.track),
            f"{track.first_s:.1f} to {track.last_s:.1f} s",
            str(track.moments),
            ", ".join(f"{name} {track.mean[name]:.0%}" for name in likeliest),
            ", ".join(
                f"{name} {share:.0%}"
                for name in longest[:_LIKELIEST]
                if (share := track.share_of_time[name])
            ),
        )
    return table
