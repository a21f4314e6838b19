"""mien emotion: what faces in photos express, here or on a server of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from mien.cli.console import (
    AsJson,
    DataDir,
    Exit,
    ImagePath,
    err,
    import_progress,
    out,
    print_json,
    read_file,
    read_settings,
    reporting,
)
from mien.cli.emotion_video import video

if TYPE_CHECKING:
    from mien.bootstrap.emotion import ExpressionModels
    from mien.service.read_expressions import ExpressiveFaces

_SHOWN = 3
"""Expressions of a face that the table shows, the likeliest first."""

emotion = typer.Typer(
    no_args_is_help=True, help="What faces express: what they show, not what people feel."
)


@emotion.command()
def read(
    image: ImagePath,
    data_dir: DataDir = None,
    draw: Annotated[
        Path | None, typer.Option(help="Write the photo with boxes and expressions to this PNG.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read the expression of every face of a photo; exits 4 when there is none."""
    with reporting(as_json=as_json):
        models = _models(data_dir)
        found = models.read_expressions(read_file(image))
        if draw is not None:
            from mien.cli.drawing import draw_expressions

            draw_expressions(found, draw)
    if as_json:
        print_json(_as_json(models, found))
    else:
        out.print(_table(found) if found.faces else "no face was found")
        if draw is not None:
            out.print(f"drawn to {draw}")
    if not found.faces:
        raise typer.Exit(Exit.BAD_IMAGE)


@emotion.command()
def serve(
    data_dir: DataDir = None,
    host: Annotated[
        str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port.", show_default="1236")] = None,
    workers: Annotated[
        int | None, typer.Option(help="Photos worked on at a time.", show_default="one per core")
    ] = None,
) -> None:
    """Serve the emotion routes alone, for the callers of the same database."""
    with reporting(as_json=False):
        from mien.api.emotion_app import create_emotion_app
        from mien.bootstrap.emotion import EmotionApplication
        from mien.cli.serve import (
            begin_serving,
            run_app,
            tell_first_key,
            telling_of_a_new_master_key,
            url_of,
        )

        chosen = read_settings(data_dir).emotion_port if port is None else port
        settings = read_settings(data_dir, host=host, port=chosen, workers=workers)
        tls = begin_serving(settings)
        with telling_of_a_new_master_key(settings), import_progress() as progress:
            application = EmotionApplication.build(settings, threads=1, progress=progress)
        tell_first_key(application.ensure_api_key())
        err.print(
            f"mien emotion serves {url_of(settings, tls)}  (keys in {settings.data_dir})",
            soft_wrap=True,
        )
        choice, name = application.choice, application.expressions.name
        err.print(
            f"expressions by {name}; faces by pack {choice.pack.name}: {choice.reason}",
            soft_wrap=True,
        )
        run_app(create_emotion_app(application), settings, tls)


emotion.command()(video)


def _models(data_dir: Path | None) -> ExpressionModels:
    import os

    from mien.bootstrap.emotion import ExpressionModels

    with import_progress() as progress:
        return ExpressionModels.load(
            read_settings(data_dir), threads=os.cpu_count() or 1, progress=progress
        )


def _as_json(models: ExpressionModels, found: ExpressiveFaces) -> dict[str, object]:
    from mien.core.expression import Expression

    return {
        "model": {"name": models.expressions.name, "sha256": models.expressions.sha256},
        "faces": [
            {
                "box": [
                    each.face.box.left,
                    each.face.box.top,
                    each.face.box.right,
                    each.face.box.bottom,
                ],
                "score": each.face.score,
                "expression": each.expression.likeliest,
                "probabilities": {name: each.expression[name] for name in Expression},
                "derived": {
                    "valence": each.expression.affect.valence,
                    "arousal": each.expression.affect.arousal,
                },
            }
            for each in found.faces
        ],
    }


def _table(found: ExpressiveFaces) -> Table:
    from mien.core.expression import Expression

    table = Table("face", "left, top", "width", "expression", "likeliest", "valence", "arousal")
    for number, each in enumerate(found.faces, start=1):
        shares, box = each.expression, each.face.box
        likeliest = sorted(Expression, key=shares.__getitem__, reverse=True)[:_SHOWN]
        table.add_row(
            str(number),
            f"{box.left:.0f}, {box.top:.0f}",
            f"{box.width:.0f}",
            shares.likeliest,
            ", ".join(f"{name} {shares[name]:.0%}" for name in likeliest),
            f"{shares.affect.valence:+.2f}",
            f"{shares.affect.arousal:+.2f}",
        )
    return table
