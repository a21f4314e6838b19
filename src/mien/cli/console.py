"""What every command shares: options, output and exit codes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TransferSpeedColumn,
)

from mien.errors import (
    FaceError,
    ImageError,
    InstallationError,
    InvalidRequestError,
    MienError,
    VideoError,
)

if TYPE_CHECKING:
    from mien.bootstrap.application import Application
    from mien.core.ports import UnitOfWork
    from mien.inference.model import Model
    from mien.settings import Settings
    from mien.storage.database import Database

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


ACTOR = "cli"
"""Whoever may run commands on the server, as the audit log calls them."""


class Exit(IntEnum):
    """Exit codes, for scripts."""

    OK = 0
    ERROR = 1
    USAGE = 2
    REFUSED = 3
    """A decision was made, and it is no: not the same person, nobody found."""
    BAD_IMAGE = 4
    """The photo or video cannot be judged: unreadable, no face, several, low quality."""
    INSTALLATION = 5
    """Something an operator has to mend; `mien doctor` says what."""


DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        help="Folder of the database and the models.",
        envvar="MIEN_DATA_DIR",
        show_default="~/.mien",
        file_okay=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on stdout, for programs.")]
ImagePath = Annotated[Path, typer.Argument(help="A JPEG, PNG, WebP or BMP file.")]
ImagePaths = Annotated[list[Path], typer.Argument(help="JPEG, PNG, WebP or BMP files.")]
TargetFmr = Annotated[
    float | None, typer.Option("--fmr", help="Tolerated false match rate.", show_default="0.001")
]


def print_json(values: Mapping[str, object]) -> None:
    """Print one JSON object on stdout."""
    typer.echo(json.dumps(values, indent=2))


def fail(error: MienError, *, as_json: bool) -> typer.Exit:
    """Say what happened on stderr (or as JSON) and return the exit to raise."""
    if as_json:
        print_json({"error": {"code": error.code, "message": str(error)}})
    else:
        # On one line whatever the width: a URL or a command in it is to be copied.
        err.print(f"[bold red]{error.code}[/]  {escape(str(error))}", soft_wrap=True)
    return typer.Exit(_exit_code(error))


@contextmanager
def reporting(*, as_json: bool) -> Iterator[None]:
    """Turn mien's errors into a message and an exit code."""
    try:
        yield
    except MienError as error:
        raise fail(error, as_json=as_json) from error


def read_settings(data_dir: Path | None, **changes: object) -> Settings:
    """Return the settings of the environment with the options laid over; explain bad ones."""
    from pydantic import ValidationError

    from mien.settings import Settings

    given = {name: value for name, value in changes.items() if value is not None}
    if data_dir is not None:
        given["data_dir"] = data_dir
    try:
        return Settings.model_validate({**Settings().model_dump(), **given})
    except ValidationError as error:
        details = "; ".join(
            f"{'.'.join(map(str, e['loc'])) or 'settings'}: {e['msg']}" for e in error.errors()
        )
        raise InvalidRequestError(f"a setting is not valid: {details}") from error


@contextmanager
def opened_application(
    data_dir: Path | None, *, as_json: bool, **changes: object
) -> Iterator[Application]:
    """Open mien for one command: errors are reported, weights imported with a progress bar."""
    import os

    with reporting(as_json=as_json):
        from mien.bootstrap.application import Application

        settings = read_settings(data_dir, **changes)
        with import_progress() as progress:
            application = Application.build(
                settings, threads=os.cpu_count() or 1, progress=progress
            )
        try:
            yield application
        finally:
            application.close()


@contextmanager
def opened_store(data_dir: Path | None, *, as_json: bool) -> Iterator[UnitOfWork]:
    """Open only the database, for commands that need no model; commit at the end."""
    with (
        reporting(as_json=as_json),
        opened_database(data_dir) as database,
        database.unit_of_work(ACTOR) as work,
    ):
        yield work


@contextmanager
def opened_database(data_dir: Path | None) -> Iterator[Database]:
    """Open the database that the settings name, and close it."""
    from mien.bootstrap.data import open_database

    database = open_database(read_settings(data_dir))
    try:
        yield database
    finally:
        database.close()


class _ImportProgress:
    """Draws a bar on stderr from the first import on; nothing when all weights are there."""

    def __init__(self) -> None:
        self._bar = Progress(
            TextColumn("importing weights"),
            BarColumn(),
            TextColumn("{task.completed}/{task.total}  {task.description}"),
            TimeElapsedColumn(),
            console=err,
        )
        self._task = self._bar.add_task("", visible=False)

    def __call__(self, model: Model, position: int, total: int) -> None:
        self._bar.start()
        self._bar.update(
            self._task,
            visible=True,
            total=total,
            completed=position - 1,
            description=model.summary,
        )

    def finish(self) -> None:
        """Fill the bar and leave it."""
        task = self._bar.tasks[0]
        if task.visible:
            self._bar.update(self._task, completed=task.total, description="done")
        self._bar.stop()


@contextmanager
def import_progress() -> Iterator[_ImportProgress]:
    """Hand out a progress callback for `WeightStore.ensure`."""
    progress = _ImportProgress()
    yield progress
    progress.finish()


class _PullProgress:
    """Draws a bar for each file on stderr from its first bytes on."""

    def __init__(self) -> None:
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            console=err,
        )
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, model: Model, done: int, total: int | None) -> None:
        self._bars.start()
        if model.name not in self._tasks:
            self._tasks[model.name] = self._bars.add_task(f"pulling {model.name}", total=total)
        self._bars.update(self._tasks[model.name], completed=done, total=total)

    def finish(self) -> None:
        """Leave the bars as they are."""
        if self._tasks:
            self._bars.stop()


@contextmanager
def pull_progress() -> Iterator[_PullProgress]:
    """Hand out a progress callback for `pull` and `import_file`."""
    progress = _PullProgress()
    try:
        yield progress
    finally:
        progress.finish()


def read_file(path: Path) -> bytes:
    """Return a file's bytes; raise InvalidRequestError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidRequestError(f"{path} cannot be read: {error.strerror}") from error


def _exit_code(error: MienError) -> Exit:
    if isinstance(error, ImageError | VideoError | FaceError):
        return Exit.BAD_IMAGE
    if isinstance(error, InstallationError):
        return Exit.INSTALLATION
    if isinstance(error, InvalidRequestError):
        return Exit.USAGE
    return Exit.ERROR
