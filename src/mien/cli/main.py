"""The `mien` command."""

from __future__ import annotations

from typing import Annotated

import typer

from mien import __version__
from mien.cli import (
    api_keys,
    audit,
    calibrate,
    consents,
    db,
    emotion,
    evaluate,
    export,
    faces,
    fairness,
    keys,
    live,
    models,
    operators,
    recognize,
    serve,
    system,
    train,
    users,
    wellbeing,
)

app = typer.Typer(
    name="mien",
    help="Face authentication that you run yourself.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # a local may be a photo or a key
)


def _print_version(*, asked: bool) -> None:
    if asked:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=lambda asked: _print_version(asked=asked),
            is_eager=True,
            help="Print the version.",
        ),
    ] = False,
) -> None:
    """Options that come before a command."""


app.command()(serve.serve)
app.command()(recognize.enroll)
app.command()(recognize.verify)
app.command()(live.live)
app.command()(recognize.identify)
users.users.command("consent")(consents.consent)
users.users.command("group")(consents.group)
app.add_typer(users.users, name="users")
app.add_typer(wellbeing.wellbeing, name="wellbeing")
app.add_typer(api_keys.api_keys, name="api-keys")
app.add_typer(operators.operators, name="operators")
app.add_typer(db.db, name="db")
app.add_typer(keys.keys, name="keys")
app.command()(faces.compare)
app.command()(faces.detect)
app.add_typer(emotion.emotion, name="emotion")
app.command()(evaluate.evaluate)
app.command()(fairness.fairness)
app.command()(calibrate.calibrate)
app.add_typer(train.train, name="train")
app.add_typer(models.models, name="models")
app.add_typer(export.export, name="export")
app.add_typer(audit.audit, name="audit")
app.command()(system.doctor)
app.command()(system.bench)


def main() -> None:
    """Run the command line."""
    app()
